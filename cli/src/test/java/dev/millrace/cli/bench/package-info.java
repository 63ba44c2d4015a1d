/** Micro-benchmarks, run by hand with JMH's main class. */
@NullMarked
package dev.millrace.cli.bench;

import org.jspecify.annotations.NullMarked;
