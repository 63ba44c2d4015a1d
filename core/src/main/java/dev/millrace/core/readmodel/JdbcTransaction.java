package dev.millrace.core.readmodel;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A transaction in a {@link JdbcReadModel}. Statements are prepared once a connection. Used by one
 * thread, and only until the work that got it returns.
 */
public final class JdbcTransaction {
  /** Most prepared statements kept a connection. */
  public static final int MAX_STATEMENTS = 64;

  /** Most rows that wait in a batch. */
  public static final int MAX_BATCH = 1_000;

  /** Makes something that has a name of its own; an index is where its table is. */
  private static final Pattern MAKES =
      Pattern.compile(
          "\\s*CREATE\\s+(?!(UNIQUE\\s+|HASH\\s+|SPATIAL\\s+)*INDEX\\b)", Pattern.CASE_INSENSITIVE);

  private final Connection connection;
  private final LinkedHashMap<Key, Statement> statements;
  private final boolean isStricter;
  private List<String> path = List.of();
  private @Nullable List<String> told = List.of();
  private JdbcVersions.@Nullable Dialect answering;
  private @Nullable String base;

  /** A statement, and where it looks for tables: with other tables it is another one. */
  private record Key(List<String> path, String sql) {}

  /** A prepared statement and the rows that wait in its batch. */
  private static final class Statement {
    final PreparedStatement prepared;
    int waiting;

    Statement(PreparedStatement prepared) {
      this.prepared = prepared;
    }
  }

  /** Makes a value of a row. */
  @FunctionalInterface
  public interface RowReader<V> {
    /** Reads the current row. */
    V read(ResultSet row) throws SQLException;
  }

  JdbcTransaction(Connection connection) throws SQLException {
    this.connection = connection;
    this.statements = new LinkedHashMap<>(16, 0.75f, true);
    boolean above = connection.getTransactionIsolation() > Connection.TRANSACTION_READ_COMMITTED;
    this.isStricter = above && isPostgresql(connection);
    if (!connection.getAutoCommit()) {
      connection.rollback(); // asking may have begun one
    }
    if (above && !isStricter) {
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    }
    connection.setAutoCommit(false);
  }

  static boolean isPostgresql(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseProductName().startsWith("PostgreSQL");
  }

  /**
   * Begins at READ COMMITTED, whatever the server's default: what is read after a wait for a lock
   * must be of after the wait. In a transaction's own statement, since a pooler shares sessions.
   */
  void isolate() throws SQLException {
    if (isStricter) {
      try (java.sql.Statement statement = connection.createStatement()) {
        statement.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
      }
    }
  }

  /**
   * Runs a statement now. In a transaction that is of no projection, what it creates (but an index)
   * is created where the connection looks by itself, never among the tables of a version that
   * answers, with which it would be dropped; names in it are looked for there, too.
   *
   * @return how many rows it changed
   * @throws ReadModelException when the database refuses it
   */
  public int update(String sql, @Nullable Object... arguments) {
    try {
      flush();
      JdbcVersions.Dialect by = answering;
      if (by == null || path.isEmpty() || !MAKES.matcher(sql).lookingAt()) {
        return run(sql, arguments);
      }
      List<String> places = path; // what is made there would be dropped with a version
      by.look(this, List.of());
      int changed;
      try {
        changed = run(sql, arguments);
      } catch (SQLException refused) {
        by.lookAgain(this, places, refused);
        throw refused;
      }
      by.look(this, places);
      return changed;
    } catch (SQLException e) {
      throw refused(sql, e);
    }
  }

  private int run(String sql, @Nullable Object... arguments) throws SQLException {
    Statement statement = prepare(sql);
    bind(statement.prepared, arguments);
    return statement.prepared.executeUpdate();
  }

  /**
   * Adds a row to the batch of a statement, which runs before the next {@link #update} or {@link
   * #query}, at the commit, or when {@value #MAX_BATCH} rows wait. Batches run in no fixed order
   * among each other, so they suit statements that do not depend on each other.
   *
   * @throws ReadModelException when the database refuses it
   */
  public void batch(String sql, @Nullable Object... arguments) {
    try {
      Statement statement = prepare(sql);
      bind(statement.prepared, arguments);
      statement.prepared.addBatch();
      if (++statement.waiting >= MAX_BATCH) {
        run(statement);
      }
    } catch (SQLException e) {
      throw refused(sql, e);
    }
  }

  /**
   * Runs a query.
   *
   * @throws ReadModelException when the database refuses it
   */
  public <V> List<V> query(String sql, RowReader<V> reader, @Nullable Object... arguments) {
    try {
      flush();
      Statement statement = prepare(sql);
      bind(statement.prepared, arguments);
      try (ResultSet rows = statement.prepared.executeQuery()) {
        List<V> result = new ArrayList<>();
        while (rows.next()) {
          result.add(reader.read(rows));
        }
        return result;
      }
    } catch (SQLException e) {
      throw refused(sql, e);
    }
  }

  /** The connection, for what the methods here do not offer; do not commit or close it. */
  public Connection connection() throws SQLException {
    flush();
    return connection;
  }

  /** The connection, with batches that wait. */
  Connection plainConnection() {
    return connection;
  }

  /** Begins a transaction: what is asked before it looks anywhere is of the read model itself. */
  void begin() {
    path = List.of();
    answering = null;
  }

  /** It looks at what answers, and is of no version itself. */
  void answers(JdbcVersions.Dialect by) {
    answering = by;
  }

  /** Where the connection looks by itself. */
  String base(JdbcVersions.Dialect dialect) throws SQLException {
    String known = base;
    if (known == null) {
      known = dialect.base(this);
      base = known;
    }
    return known;
  }

  /** Whether the connection was told to look in these schemas, and not otherwise since. */
  boolean looksAt(List<String> places) {
    if (!places.equals(told)) {
      return false;
    }
    path = places;
    return true;
  }

  /** Whether what it does now is not done where the connection looks by itself. */
  boolean looksElsewhere() {
    return !path.isEmpty();
  }

  /** It is being told to look elsewhere: until that is done, nobody knows where it looks. */
  void turns() {
    told = null;
  }

  /** It looks in these schemas first. */
  void looked(List<String> places) {
    List<String> now = List.copyOf(places);
    told = now;
    path = now;
  }

  /** What makes a statement another one than the same text in another version. */
  String mark() {
    return path.isEmpty() ? "" : "/* " + String.join(" ", path).replace("*/", "") + " */ ";
  }

  void commit() throws SQLException {
    flush();
    connection.commit();
  }

  /** Whether the connection can be used again. */
  boolean rollback(Throwable because) {
    try {
      for (Statement statement : statements.values()) {
        statement.prepared.clearBatch();
        statement.waiting = 0;
      }
      connection.rollback();
      return true;
    } catch (SQLException e) {
      because.addSuppressed(e);
      return false;
    }
  }

  void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // the connection is given up either way, and its transaction has ended
      org.slf4j.LoggerFactory.getLogger(JdbcTransaction.class)
          .debug("closing a connection failed", e);
    }
  }

  private Statement prepare(String sql) throws SQLException {
    Key key = new Key(path, sql);
    Statement known = statements.get(key);
    if (known != null) {
      return known;
    }
    if (statements.size() >= MAX_STATEMENTS) {
      Map.Entry<Key, Statement> eldest = statements.entrySet().iterator().next();
      run(eldest.getValue());
      eldest.getValue().prepared.close();
      statements.remove(eldest.getKey());
    }
    Statement statement = new Statement(connection.prepareStatement(mark() + sql));
    statements.put(key, statement);
    return statement;
  }

  private static void bind(PreparedStatement prepared, @Nullable Object... arguments)
      throws SQLException {
    for (int i = 0; i < arguments.length; i++) {
      prepared.setObject(i + 1, arguments[i]);
    }
  }

  private void flush() throws SQLException {
    for (Statement statement : statements.values()) {
      run(statement);
    }
  }

  private static void run(Statement statement) throws SQLException {
    if (statement.waiting > 0) {
      statement.waiting = 0;
      statement.prepared.executeBatch();
    }
  }

  private static ReadModelException refused(String sql, SQLException e) {
    return new ReadModelException(
        "the database refused \"" + sql.strip() + "\": " + e.getMessage(), e);
  }
}
