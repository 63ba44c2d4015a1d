package dev.millrace.postgresql.internal;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A reader with a place. Catching up and following are the same: each poll is a read from where the
 * last one ended. So each poll asks the database: another process may have appended.
 */
final class PostgresqlSubscription implements Subscription {
  private final Engine engine;
  private final Heads heads;
  private final Query query;
  private volatile long position;
  private @Nullable Runnable wake;

  PostgresqlSubscription(Engine engine, Heads heads, Query query, long after) {
    if (after < 0) {
      throw new IllegalArgumentException("after must not be negative: " + after);
    }
    this.engine = engine;
    this.heads = heads;
    this.query = query;
    this.position = after;
  }

  @Override
  public EventPage poll(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, not " + limit);
    }
    EventPage page =
        engine.read(query, position + 1, Direction.FORWARD, Math.min(limit, EventStore.MAX_PAGE));
    position = page.examined();
    return page;
  }

  @Override
  public synchronized void onAvailable(Runnable wake) {
    close();
    this.wake = wake;
    heads.listen(wake);
    engine.follow();
    wake.run();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public synchronized void close() {
    if (wake != null) {
      heads.forget(wake);
      wake = null;
    }
  }
}
