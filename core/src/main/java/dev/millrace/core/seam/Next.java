package dev.millrace.core.seam;

import java.time.Duration;

/** What a {@link Worker} answers to a step: when it wants to be stepped next. */
public sealed interface Next {

  /** Answers without a time. */
  enum Signal implements Next {
    /** There is more to do now. */
    AGAIN,
    /** Nothing to do until {@link Scheduler.Running#wake()}. */
    WAIT,
    /** Finished: never step again. */
    DONE
  }

  /**
   * Step after a delay, or earlier when woken.
   *
   * @param delay how long to wait; not negative
   */
  record After(Duration delay) implements Next {
    public After {
      if (delay.isNegative()) {
        throw new IllegalArgumentException("delay must not be negative: " + delay);
      }
    }
  }
}
