package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/**
 * A subscription that is a reader with a place, for engines to build on. Catching up and following
 * are the same: each poll is a read from where the last one ended, so that nothing can fall between
 * the two.
 */
public abstract class ReadingSubscription implements Subscription {
  private volatile long position;
  private @Nullable Runnable wake;

  /**
   * One that has examined nothing yet.
   *
   * @param after the position after which to begin; 0: the beginning
   */
  protected ReadingSubscription(long after) {
    if (after < 0) {
      throw new IllegalArgumentException("after must not be negative: " + after);
    }
    this.position = after;
  }

  /**
   * Reads what matches, forward.
   *
   * @param from first position to examine
   * @param limit most events, 1 to {@link EventStore#MAX_PAGE}
   */
  protected abstract EventPage read(long from, int limit);

  /** Has something called after new events have become visible. */
  protected abstract void listen(Runnable listener);

  /** Ends that. */
  protected abstract void forget(Runnable listener);

  @Override
  public final EventPage poll(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, not " + limit);
    }
    EventPage page = read(position + 1, Math.min(limit, EventStore.MAX_PAGE));
    position = page.examined();
    return page;
  }

  @Override
  public final synchronized void onAvailable(Runnable wake) {
    close();
    this.wake = wake;
    listen(wake);
    wake.run();
  }

  @Override
  public final long position() {
    return position;
  }

  @Override
  public final synchronized void close() {
    if (wake != null) {
      forget(wake);
      wake = null;
    }
  }
}
