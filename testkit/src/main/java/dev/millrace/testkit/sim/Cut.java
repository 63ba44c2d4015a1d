package dev.millrace.testkit.sim;

import org.jspecify.annotations.Nullable;

/**
 * One way in which a workload was cut short.
 *
 * @param seed of the simulation
 * @param call where, or null when nothing was injected
 * @param fault what went wrong there
 * @param restart how the disk came back: after a kill, or which choices a power failure made
 */
public record Cut(long seed, @Nullable DiskCall call, Fault fault, String restart) {

  @Override
  public String toString() {
    String where = call == null ? "no fault" : fault + " at " + call;
    return where + ", then " + restart + " (seed " + seed + ")";
  }
}
