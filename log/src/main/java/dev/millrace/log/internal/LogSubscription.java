package dev.millrace.log.internal;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Subscription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A reader with a place. Catching up and following are the same: each poll is a read from where the
 * last one ended, so that nothing can fall between the two.
 */
final class LogSubscription implements Subscription {
  private final Engine engine;
  private final Visible visible;
  private final CompiledQuery query;
  private final Reader reader;
  private volatile long position;
  private @Nullable Runnable wake;

  LogSubscription(Engine engine, Visible visible, CompiledQuery query, Reader reader, long after) {
    if (after < 0) {
      throw new IllegalArgumentException("after must not be negative: " + after);
    }
    this.engine = engine;
    this.visible = visible;
    this.query = query;
    this.reader = reader;
    this.position = after;
  }

  @Override
  public EventPage poll(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, not " + limit);
    }
    engine.checkOpen();
    if (position >= visible.head()) {
      return new EventPage(List.of(), position);
    }
    EventPage page =
        reader.read(query, position + 1, Direction.FORWARD, Math.min(limit, EventStore.MAX_PAGE));
    position = page.examined();
    return page;
  }

  @Override
  public synchronized void onAvailable(Runnable wake) {
    close();
    this.wake = wake;
    visible.listen(wake);
    wake.run();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public synchronized void close() {
    if (wake != null) {
      visible.forget(wake);
      wake = null;
    }
  }
}
