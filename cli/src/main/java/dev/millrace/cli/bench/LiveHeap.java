package dev.millrace.cli.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/** How much of this JVM's heap is in use by what can be reached: what grows there, leaks. */
final class LiveHeap {
  private LiveHeap() {}

  /** Collects all garbage, and counts what is left, in bytes. */
  static long bytes() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }
}
