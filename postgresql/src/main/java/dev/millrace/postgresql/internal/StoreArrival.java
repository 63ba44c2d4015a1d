package dev.millrace.postgresql.internal;

import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.CopiedAppend;
import dev.millrace.core.store.MovableStore;
import dev.millrace.core.store.MoveTarget;
import dev.millrace.core.store.StoreCopy;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreLockedException;
import dev.millrace.postgresql.PostgresqlOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Tables into which a store arrives from elsewhere: each batch is a transaction, which is read back
 * afterwards. The row of the store says that it is still arriving.
 */
public final class StoreArrival implements StoreCopy {
  private final PostgresqlOptions options;
  private final Seams seams;
  private final Function<Engine, MovableStore> opened;
  private final StoreIdentity identity;
  private final Database database;
  private final Tables tables;
  private final History history;
  private final Connection connection;
  private final MoveTarget target;
  private final boolean finished;
  private final boolean fromTheBeginning;
  private long head;

  private StoreArrival(
      PostgresqlOptions options,
      Seams seams,
      StoreIdentity identity,
      Function<Engine, MovableStore> opened,
      Database database,
      Connection connection)
      throws SQLException {
    this.options = options;
    this.seams = seams;
    this.identity = identity;
    this.opened = opened;
    this.database = database;
    this.tables = new Tables(options.schema());
    this.history = new History(tables, options.synchronous());
    this.connection = connection;
    History.Arrival arrival = history.arrive(connection, identity, seams.newId());
    this.finished = !arrival.arriving();
    this.target = new MoveTarget(address(options), arrival.copy(), arrival.turn());
    this.head = new Reads(connection, tables, null).head();
    this.fromTheBeginning = head == 0;
  }

  /**
   * Begins, or goes on with what was begun.
   *
   * @param opened makes a store of an engine
   */
  public static StoreArrival open(
      PostgresqlOptions options,
      Seams seams,
      StoreIdentity identity,
      Function<Engine, MovableStore> opened) {
    Database database = Database.open(options);
    try {
      new Migrations(database, options.schema()).run();
      Connection connection = database.connect();
      try {
        return new StoreArrival(options, seams, identity, opened, database, connection);
      } catch (SQLException | RuntimeException failure) {
        connection.close();
        throw failure;
      }
    } catch (SQLException failure) {
      database.close();
      throw Database.failed("the migration to " + options.address() + " cannot begin", failure);
    } catch (RuntimeException failure) {
      database.close();
      throw failure;
    }
  }

  private static String address(PostgresqlOptions options) {
    String server = options.address().replaceFirst("^jdbc:", "").replaceFirst("\\?.*", "");
    return server + "?schema=" + options.schema();
  }

  @Override
  public MoveTarget target() {
    return target;
  }

  @Override
  public boolean isFinished() {
    return finished;
  }

  @Override
  public long head() {
    return head;
  }

  @Override
  public void add(List<CopiedAppend> appends) {
    List<GroupDecision.Taken> rows = new ArrayList<>(appends.size());
    for (CopiedAppend append : appends) {
      rows.add(
          new GroupDecision.Taken(
              append.append(), new Appended(append.first(), append.last(), append.time(), false)));
    }
    try {
      insert(rows);
      readBack(appends);
    } catch (SQLException failure) {
      throw Database.failed(
          "the migration to " + options.address() + " stopped at position " + head, failure);
    }
    head = appends.get(appends.size() - 1).last();
  }

  private void insert(List<GroupDecision.Taken> rows) throws SQLException {
    String lock = Tables.BEGIN + Tables.LOCK + tables.arrival();
    try (PreparedStatement begin = connection.prepareStatement(lock)) {
      begin.setLong(1, identity.id().getMostSignificantBits());
      begin.execute();
      GroupTransaction.nextRows(begin).close();
      try (ResultSet row = GroupTransaction.nextRows(begin)) {
        row.next();
        check(row.getLong(1), row.getLong(2));
      }
      String sql = tables.insertEvents("") + tables.insertTags("") + "COMMIT";
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        new GroupRows(rows).bind(connection, statement, 0);
        statement.execute();
      }
    } catch (SQLException | RuntimeException failure) {
      GroupTransaction.rollback(connection);
      throw failure;
    }
  }

  private void check(long there, long turn) {
    if (turn != target.turn()) {
      throw takenOver();
    }
    if (there != head) {
      throw new StoreFailedException(
          options.address()
              + " ends at position "
              + there
              + ", and not at "
              + head
              + " as it was left; look who writes there, drop the schema, and migrate again");
    }
  }

  private StoreLockedException takenOver() {
    return new StoreLockedException(
        "another migration into " + options.address() + " has begun since, and goes on");
  }

  private void readBack(List<CopiedAppend> appends) throws SQLException {
    Appends stored = new Appends(connection, tables);
    long at = appends.get(0).first() - 1;
    for (int i = 0; i < appends.size(); ) {
      List<CopiedAppend> found = stored.after(at, Reads.MAX_ROWS);
      if (found.isEmpty()) {
        throw different(appends.get(i));
      }
      for (int j = 0; j < found.size() && i < appends.size(); i++, j++) {
        if (!appends.get(i).equals(found.get(j))) {
          throw different(appends.get(i));
        }
        at = appends.get(i).last();
      }
    }
  }

  private StoreFailedException different(CopiedAppend append) {
    return new StoreFailedException(
        "the append at position "
            + append.first()
            + " is not in "
            + options.address()
            + " as it was copied; look at the server, drop the schema, and migrate again");
  }

  /** What an earlier run wrote has not been read back by this one. */
  @Override
  public long verified() {
    return fromTheBeginning ? head : 0;
  }

  @Override
  public MovableStore settle() {
    return opened.apply(Engine.open(options, seams, true));
  }

  @Override
  public void finish() {
    try {
      if (!history.arrived(connection, identity, target.turn())) {
        throw takenOver();
      }
    } catch (SQLException failure) {
      throw Database.failed(
          "the migration to "
              + options.address()
              + " is done, but could not be ended; run it again to end it",
          failure);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException failure) {
      throw Database.failed("a connection was not closed", failure);
    } finally {
      database.close();
    }
  }
}
