package dev.millrace.log.internal;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.ReadingSubscription;
import java.util.List;

/** Reads up to what is visible. */
final class LogSubscription extends ReadingSubscription {
  private final Engine engine;
  private final Visible visible;
  private final CompiledQuery query;
  private final Reader reader;

  LogSubscription(Engine engine, Visible visible, CompiledQuery query, Reader reader, long after) {
    super(after);
    this.engine = engine;
    this.visible = visible;
    this.query = query;
    this.reader = reader;
  }

  @Override
  protected EventPage read(long from, int limit) {
    engine.checkOpen();
    return from > visible.head()
        ? new EventPage(List.of(), from - 1)
        : reader.read(query, from, Direction.FORWARD, limit);
  }

  @Override
  protected void listen(Runnable listener) {
    visible.listen(listener);
  }

  @Override
  protected void forget(Runnable listener) {
    visible.forget(listener);
  }
}
