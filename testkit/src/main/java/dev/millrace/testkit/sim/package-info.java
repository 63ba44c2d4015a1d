/**
 * The simulator: one thread and one seed in place of threads, clock, chance and disk.
 *
 * <p>{@link dev.millrace.testkit.sim.Simulation} is where to begin. {@link
 * dev.millrace.testkit.sim.SimDisk} loses power, tears and reorders unsynced writes, fills up and
 * fails syncs; {@link dev.millrace.testkit.sim.DiskCuts} does so at every call of a workload.
 */
@NullMarked
package dev.millrace.testkit.sim;

import org.jspecify.annotations.NullMarked;
