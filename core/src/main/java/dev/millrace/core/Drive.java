package dev.millrace.core;

import dev.millrace.core.seam.Next;

/**
 * What moves a processor over the events, from where it was started. Used by the steps of its
 * {@link ProcessorWorker}.
 */
interface Drive {
  /** What a step may begin. */
  enum Mode {
    /** All. */
    EVERYTHING,
    /** Only what operators want to be tried again. */
    REDRIVES,
    /** Nothing; what runs goes on to its end. */
    NOTHING
  }

  /** Does what follows from work that has ended. Comes before each step. */
  void settle();

  /** Does a bounded piece of work. */
  Next step(Mode mode);

  /** Whether nothing runs. */
  boolean isIdle();

  /**
   * The position that it is level at: all that was in the store when it last looked is handled, and
   * nothing waits; {@link ProgressChange#SAME}: it is not.
   */
  long levelAt();

  /** Somebody wants it to try again now. */
  void resumed();

  /** Whether what was to be tried again has stopped the processor. */
  boolean isRedriveHalted();

  /** The same, and it is known what became of it: others may decide about its keys. */
  boolean isRedriveLaidDown();

  /** What is not handled as it comes. */
  BlockedKeys blocked();

  /** Stops following the store. */
  void close();

  /** Tells that it cannot go on. */
  interface Stopping {
    /**
     * Stops the processor.
     *
     * @param what it could not do
     */
    void stop(String what, Throwable failure);
  }
}
