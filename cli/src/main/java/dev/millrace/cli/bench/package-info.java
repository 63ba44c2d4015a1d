/**
 * Benchmarks that anyone can run: plain classes that measure and give back figures. The commands
 * around them print.
 */
@NullMarked
package dev.millrace.cli.bench;

import org.jspecify.annotations.NullMarked;
