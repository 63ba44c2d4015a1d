/** Tests of the benchmarks. */
@NullMarked
package dev.millrace.bench;

import org.jspecify.annotations.NullMarked;
