/**
 * Benchmarks of the embedded store, side by side with what a user would pick instead: the disk
 * itself, a Kafka broker, PostgreSQL. Nothing here is part of the program: {@code millrace bench
 * log} finds {@link dev.millrace.bench.LogMeasurement} when this module's jars are beside it.
 */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
