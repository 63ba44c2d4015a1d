/**
 * What the demonstration shows: {@link dev.millrace.cli.demo.DemoState} is how things stand, {@link
 * dev.millrace.cli.demo.DemoFrame} draws it for people, {@link dev.millrace.cli.demo.DemoJson}
 * writes it for programs.
 */
@NullMarked
package dev.millrace.cli.demo;

import org.jspecify.annotations.NullMarked;
