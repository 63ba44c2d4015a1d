package dev.millrace.postgresql.internal;

import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMismatchException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which history the tables hold, and whether it is still the one that they held before.
 *
 * <p>The row of the store says in which cluster, as which table and on which timeline it was last
 * used. Another cluster or table: a dump was restored, or a copy made; somebody must say how the
 * history goes on. Another timeline: a standby was promoted, or the server was recovered to a point
 * in time. If a synchronous standby is promised nothing can be lost; else a new epoch begins.
 */
final class History {
  private static final Logger LOG = LoggerFactory.getLogger(History.class);

  private final Tables tables;
  private final boolean synchronous;
  private final boolean evenIfArriving;

  History(Tables tables, boolean synchronous) {
    this(tables, synchronous, false);
  }

  /**
   * Of some tables.
   *
   * @param evenIfArriving whether to open what is still being filled, as only who fills it does
   */
  History(Tables tables, boolean synchronous, boolean evenIfArriving) {
    this.evenIfArriving = evenIfArriving;
    this.tables = tables;
    this.synchronous = synchronous;
  }

  /** Where the tables are. */
  private record Place(long system, long table, String timeline) {
    boolean isSameTable(Place other) {
      return system == other.system && table == other.table;
    }
  }

  /** Which history, and on which timeline. */
  record Current(StoreIdentity identity, String timeline) {}

  private record Row(StoreIdentity identity, Place place, boolean arriving) {}

  /**
   * Opens the history, and begins it or a new epoch where that is due.
   *
   * @param newId of a store that is new
   * @throws StoreMismatchException when the tables are a copy
   */
  Current open(Connection connection, UUID newId) throws SQLException {
    return change(connection, newId, null);
  }

  /** Says how the history of a copy goes on: as the same, or as a new one. */
  Current reconcile(Connection connection, UUID newId, boolean sameHistory) throws SQLException {
    return change(connection, newId, sameHistory);
  }

  private Current change(Connection connection, UUID newId, @Nullable Boolean said)
      throws SQLException {
    try (Statement begin = connection.createStatement()) {
      begin.execute(Tables.BEGIN);
      try {
        Place here = place(connection);
        boolean unused = insertIfNew(connection, newId, here);
        Row row = row(connection);
        StoreIdentity identity = said == null ? due(row, here) : said(row, said);
        if (!identity.equals(row.identity()) || !here.equals(row.place())) {
          update(connection, identity, here);
        }
        begin.execute("COMMIT");
        return new Current(identity, here.timeline());
      } catch (SQLException | RuntimeException failure) {
        GroupTransaction.rollback(connection);
        throw failure;
      }
    }
  }

  /** A store that arrives: whether it still does, as which copy, and how often it was opened. */
  record Arrival(boolean arriving, UUID copy, long turn) {}

  /**
   * Begins the history of a store that arrives from elsewhere, or goes on with it; from now on no
   * earlier run can.
   *
   * @param copy its id, if it has none
   */
  Arrival arrive(Connection connection, StoreIdentity identity, UUID copy) throws SQLException {
    return locked(
        connection,
        identity,
        statement -> {
          if (insertIfNew(connection, identity.id(), place(connection))) {
            statement.execute(
                "UPDATE " + tables.store() + " SET arriving = true, epoch = " + identity.epoch());
          }
          Row row = row(connection);
          if (!row.identity().equals(identity)) {
            throw new StoreMismatchException(
                tables.store()
                    + " is store "
                    + row.identity()
                    + ", not "
                    + identity
                    + "; name another schema");
          }
          try (PreparedStatement over = connection.prepareStatement(tables.takeOver())) {
            over.setObject(1, copy);
            over.executeUpdate();
          }
          try (ResultSet now =
              statement.executeQuery(
                  "SELECT coalesce(copy_id, id), copy_turn FROM " + tables.store())) {
            now.next();
            return new Arrival(row.arriving(), now.getObject(1, UUID.class), now.getLong(2));
          }
        });
  }

  /** From now on it may be opened; returns false when another run took over. */
  boolean arrived(Connection connection, StoreIdentity identity, long turn) throws SQLException {
    return locked(
        connection,
        identity,
        statement -> {
          try (PreparedStatement update = connection.prepareStatement(tables.arrived())) {
            update.setLong(1, turn);
            return update.executeUpdate() == 1;
          }
        });
  }

  private interface Work<T> {
    T run(Statement statement) throws SQLException;
  }

  /** Under the lock of appends; durable when it returns. */
  private static <T> T locked(Connection connection, StoreIdentity identity, Work<T> work)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (PreparedStatement lock = connection.prepareStatement(Tables.BEGIN + Tables.LOCK)) {
        lock.setLong(1, identity.id().getMostSignificantBits());
        lock.execute();
        T result = work.run(statement);
        statement.execute("COMMIT");
        return result;
      } catch (SQLException | RuntimeException failure) {
        GroupTransaction.rollback(connection);
        throw failure;
      }
    }
  }

  private StoreIdentity due(Row row, Place here) {
    if (row.arriving() && !evenIfArriving) {
      throw new StoreMismatchException(
          "the tables of "
              + tables.store()
              + " are being filled by 'millrace migrate', or were when it was stopped; run it (again)"
              + " to the end");
    }
    if (!row.place().isSameTable(here)) {
      throw new StoreMismatchException(
          "the tables of "
              + tables.store()
              + " are a copy, restored or moved (they were last used in cluster "
              + Long.toUnsignedString(row.place().system())
              + ", and this is "
              + Long.toUnsignedString(here.system())
              + "); say how the history goes on: 'millrace store reconcile --new-history' when"
              + " events may be missing, or '--same-history' when nothing can be, as after"
              + " pg_upgrade");
    }
    if (row.place().timeline().equals(here.timeline()) || synchronous) {
      return row.identity();
    }
    StoreIdentity next = next(row.identity());
    LOG.warn(
        "store {}: the server was promoted or recovered (timeline {}, before {}), and acknowledged"
            + " events may be lost: history epoch {} begins; processors stop until they are"
            + " reconciled. With a synchronous standby say replication=synchronous in the URL",
        next.id(),
        here.timeline(),
        row.place().timeline(),
        next.epoch());
    return next;
  }

  private static StoreIdentity said(Row row, boolean sameHistory) {
    return sameHistory ? row.identity() : next(row.identity());
  }

  private static StoreIdentity next(StoreIdentity identity) {
    return new StoreIdentity(identity.id(), identity.epoch() + 1);
  }

  private Place place(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT (SELECT system_identifier FROM pg_control_system()), to_regclass(?)::oid, "
                + Tables.TIMELINE)) {
      statement.setString(1, tables.event());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Place(row.getLong(1), row.getLong(2), row.getString(3));
      }
    }
  }

  private boolean insertIfNew(Connection connection, UUID newId, Place here) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO "
                + tables.store()
                + " (id, epoch, system_identifier, table_oid, timeline) VALUES (?, 1, ?, ?, ?)"
                + " ON CONFLICT DO NOTHING")) {
      statement.setObject(1, newId);
      statement.setLong(2, here.system());
      statement.setLong(3, here.table());
      statement.setString(4, here.timeline());
      return statement.executeUpdate() == 1;
    }
  }

  private Row row(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT id, epoch, system_identifier, table_oid, timeline, arriving FROM "
                    + tables.store()
                    + " FOR UPDATE")) {
      if (!row.next()) {
        throw new StoreFailedException("the row of " + tables.store() + " is gone; restore it");
      }
      return new Row(
          new StoreIdentity(row.getObject(1, UUID.class), row.getLong(2)),
          new Place(row.getLong(3), row.getLong(4), row.getString(5)),
          row.getBoolean(6));
    }
  }

  private void update(Connection connection, StoreIdentity identity, Place here)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE "
                + tables.store()
                + " SET epoch = ?, system_identifier = ?, table_oid = ?, timeline = ?")) {
      statement.setLong(1, identity.epoch());
      statement.setLong(2, here.system());
      statement.setLong(3, here.table());
      statement.setString(4, here.timeline());
      statement.executeUpdate();
    }
  }
}
