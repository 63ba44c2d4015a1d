package dev.millrace.postgresql.internal;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.ReadingSubscription;

/** Each poll asks the database: another process may have appended. */
final class PostgresqlSubscription extends ReadingSubscription {
  private final Engine engine;
  private final Heads heads;
  private final Query query;

  PostgresqlSubscription(Engine engine, Heads heads, Query query, long after) {
    super(after);
    this.engine = engine;
    this.heads = heads;
    this.query = query;
  }

  @Override
  protected EventPage read(long from, int limit) {
    return engine.read(query, from, Direction.FORWARD, limit);
  }

  @Override
  protected void listen(Runnable listener) {
    heads.listen(listener);
    engine.follow();
  }

  @Override
  protected void forget(Runnable listener) {
    heads.forget(listener);
  }
}
