package dev.millrace.core.seam;

/**
 * Something that moves: a state machine that is stepped.
 *
 * <p>A step does a bounded piece of work and never blocks: it neither waits for a lock, a queue or
 * the network, nor sleeps. What takes time is submitted elsewhere (a {@link DiskFile}, {@link
 * Scheduler#call}), and its completion wakes the worker. Steps of one worker never overlap and each
 * sees what the one before wrote, so that a worker's own fields need no synchronization.
 */
@FunctionalInterface
public interface Worker {
  /**
   * Does a bounded piece of work.
   *
   * @return when to step next
   */
  Next step();
}
