package dev.millrace.core.store;

/**
 * A reader that follows a store: first what is there, then what comes, without a gap or a repeat.
 *
 * <p>It pulls, so that a slow subscriber costs the store nothing: whoever holds it polls, and is
 * woken when there may be more. Polls must not overlap.
 */
public interface Subscription extends AutoCloseable {
  /**
   * The next events, without waiting. An empty page whose {@code examined} has grown says that what
   * came did not match.
   *
   * @param limit most events in the page, at least 1
   */
  EventPage poll(int limit);

  /**
   * Sets what is called after new events have become visible (also those that do not match). It
   * must not block; it may be called from any thread, and more often than needed. It is called once
   * at once.
   */
  void onAvailable(Runnable wake);

  /** Every event up to and including this position has been examined. */
  long position();

  /** Stops the wake-ups. */
  @Override
  void close();
}
