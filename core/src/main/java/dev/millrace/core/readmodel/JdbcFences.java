package dev.millrace.core.readmodel;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The rows of {@link Fences} in a table of a database. */
final class JdbcFences implements Fences<JdbcTransaction> {
  static final String CREATE =
      """
      CREATE TABLE IF NOT EXISTS millrace_fence (
        context VARCHAR(128) NOT NULL,
        processor VARCHAR(128) NOT NULL,
        share INT NOT NULL,
        epoch BIGINT NOT NULL,
        position BIGINT NOT NULL,
        PRIMARY KEY (context, processor, share))\
      """;

  private static final String WHERE = " FROM millrace_fence WHERE context = ? AND processor = ?";

  private final boolean isPostgresql;
  private final Duration idleLimit;

  private JdbcFences(boolean isPostgresql, Duration idleLimit) {
    this.isPostgresql = isPostgresql;
    this.idleLimit = idleLimit;
  }

  /** Whether several processes can use a database: not one that is embedded into one. */
  static boolean isShared(Connection connection) throws SQLException {
    String url = connection.getMetaData().getURL();
    if (url == null) {
      return false;
    }
    String embedded = "jdbc:(h2|hsqldb|derby|sqlite|duckdb):(?!tcp:|ssl:|hsql:|hsqls:|//).*";
    return !url.matches(embedded);
  }

  static JdbcFences of(Connection connection, Duration idleLimit) throws SQLException {
    return new JdbcFences(JdbcTransaction.isPostgresql(connection), idleLimit);
  }

  @Override
  public List<Fence> all(JdbcTransaction transaction, String context, String processor) {
    return transaction.query(
        "SELECT share, epoch, position" + WHERE + " ORDER BY share",
        row -> new Fence(row.getInt(1), row.getLong(2), row.getLong(3)),
        context,
        processor);
  }

  @Override
  public List<Fence> hold(
      JdbcTransaction transaction,
      String context,
      String processor,
      Collection<Integer> shares,
      Hold why) {
    String which =
        new TreeSet<>(shares).stream().map(String::valueOf).collect(Collectors.joining(", "));
    return transaction.query(
        "SELECT share, epoch, position"
            + (isPostgresql
                ? ", set_config('idle_in_transaction_session_timeout', '"
                    + idleLimit.toMillis()
                    + "', true)"
                : "")
            + WHERE
            + " AND share IN ("
            + which
            + ") ORDER BY share"
            + (isPostgresql ? lock(why) : " FOR UPDATE"),
        row -> new Fence(row.getInt(1), row.getLong(2), row.getLong(3)),
        context,
        processor);
  }

  private static String lock(Hold why) {
    return switch (why) {
      case HANDLING -> " FOR KEY SHARE";
      case MOVING -> " FOR NO KEY UPDATE";
      case TAKING -> " FOR UPDATE";
    };
  }

  @Override
  public void add(
      JdbcTransaction transaction, String context, String processor, List<Fence> fences) {
    for (Fence one : fences) {
      transaction.batch(
          "INSERT INTO millrace_fence (epoch, position, context, processor, share)"
              + " VALUES (?, ?, ?, ?, ?)",
          one.epoch(),
          one.position(),
          context,
          processor,
          one.share());
    }
  }

  @Override
  public void save(
      JdbcTransaction transaction, String context, String processor, List<Fence> fences) {
    for (Fence one : fences) {
      transaction.batch(
          "UPDATE millrace_fence SET epoch = ?, position = ?"
              + " WHERE context = ? AND processor = ? AND share = ?",
          one.epoch(),
          one.position(),
          context,
          processor,
          one.share());
    }
  }

  @Override
  public void remove(JdbcTransaction transaction, String context, String processor) {
    transaction.update(
        "DELETE FROM millrace_fence WHERE context = ? AND processor = ?", context, processor);
  }
}
