package dev.millrace.postgresql.internal;

import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMismatchException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the database still holds the history that was opened. Whatever is read or appended is
 * compared with it; what does not fit once stays refused until the store is opened again, since
 * what this process remembers means nothing in another history. Safe for use from many threads.
 */
final class Continuity {
  private static final Logger LOG = LoggerFactory.getLogger(Continuity.class);

  private final boolean synchronous;
  private volatile History.Current current;
  private volatile @Nullable StoreMismatchException mismatch;

  /**
   * As opened.
   *
   * @param synchronous whether nothing can be lost when a standby is promoted
   */
  Continuity(History.Current current, boolean synchronous) {
    this.current = current;
    this.synchronous = synchronous;
  }

  StoreIdentity identity() {
    return current.identity();
  }

  /** Where the log was written when that was last looked at. */
  String timeline() {
    return current.timeline();
  }

  boolean isTimeline(String timeline) {
    return current.timeline().equals(timeline);
  }

  /** The same history goes on, on another timeline. */
  void goesOn(History.Current now) {
    current = now;
  }

  /** Refuses, if another history has been met. */
  void check() {
    StoreMismatchException other = mismatch;
    if (other != null) {
      throw other;
    }
  }

  /** Compares what {@link Tables#history} says of the database that was just asked. */
  void check(ResultSet row) throws SQLException {
    if (!row.next()) {
      throw new SQLException("the row of the store is gone; restore it", "02000");
    }
    StoreIdentity identity = new StoreIdentity(row.getObject(1, UUID.class), row.getLong(2));
    if (!identity.equals(current.identity())) {
      throw latched(identity.toString());
    }
    String timeline = row.getString(3);
    if (!synchronous && !isTimeline(timeline)) {
      throw latched("one that goes on from timeline " + timeline + ", after a failover");
    }
  }

  /** The head must not be before one that was seen. */
  void checkHead(long head, long known) {
    if (head < known) {
      throw latched("one that ends at " + head + ", before " + known);
    }
  }

  StoreMismatchException latched(String found) {
    StoreMismatchException other =
        new StoreMismatchException(
            "the store was opened as "
                + current.identity()
                + ", but its database now holds another history: "
                + found
                + "; open it again. If the tables are a copy, opening asks for 'millrace store"
                + " reconcile'; reactions of the old history wait for 'millrace log reconcile'");
    LOG.warn(other.getMessage());
    mismatch = other;
    return other;
  }
}
