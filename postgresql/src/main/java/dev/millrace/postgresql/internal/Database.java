package dev.millrace.postgresql.internal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.core.store.StoreUnavailableException;
import dev.millrace.postgresql.PostgresqlOptions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The connections of a store: some for reads, and those that the one who appends and the one who
 * listens open for themselves. Nothing here or above sets anything that outlives a transaction but
 * in sessions of its own.
 */
final class Database implements AutoCloseable {
  private static final int ATTEMPTS = 3;
  private static final int CONNECT_SECONDS = 10;
  private static final int SOCKET_SECONDS = 60;
  private static final int PREPARE_AFTER = 3;

  /**
   * For sessions of one's own. A plan that was made while a table was small looks through all of
   * it, and is kept until the table is analyzed, however large it has grown. Every statement has an
   * index to go through; where one has not, the price of a look would have the server compile it.
   */
  private static final String OWN_SESSIONS = "-c enable_seqscan=off -c jit=off";

  private final PGSimpleDataSource source;
  private final HikariDataSource reads;
  private final boolean pooled;

  /** What is done with a connection. */
  @FunctionalInterface
  interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  private Database(PGSimpleDataSource source, boolean pooled, int connections) {
    this.source = source;
    this.pooled = pooled;
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setPoolName("millrace");
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONNECT_SECONDS * 1_000L);
    config.setInitializationFailTimeout(-1);
    reads = new HikariDataSource(config);
  }

  /** Looks at what is behind an address: a server, or a pooler that shares its connections. */
  static Database open(PostgresqlOptions options) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setApplicationName("millrace");
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setSocketTimeout(SOCKET_SECONDS);
    source.setTcpKeepAlive(true);
    source.setPrepareThreshold(PREPARE_AFTER);
    try {
      source.setURL(options.jdbcUrl());
    } catch (IllegalArgumentException unread) { // its message has the password
      throw new IllegalArgumentException(
          "the address of the database is not one: " + options.address() + "; check host and port");
    }
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      boolean pooled = connection.unwrap(PGConnection.class).getBackendPID() != row.getInt(1);
      if (pooled) {
        source.setPrepareThreshold(0); // a statement of one session is not known in another
      } else {
        String given = source.getOptions();
        source.setOptions(given == null ? OWN_SESSIONS : OWN_SESSIONS + " " + given);
      }
      return new Database(source, pooled, options.connections());
    } catch (SQLException failure) {
      throw failed("the store's database cannot be opened", failure);
    }
  }

  /** Whether sessions are shared, so that nobody can listen. */
  boolean isPooled() {
    return pooled;
  }

  PGSimpleDataSource source() {
    return source;
  }

  /** A connection of one's own, to be closed by whoever asked. */
  Connection connect() throws SQLException {
    return source.getConnection();
  }

  /**
   * Does something that may be done again, with one of the connections for reads.
   *
   * @param what for messages
   */
  <T> T use(String what, Work<T> work) {
    for (int attempt = 1; ; attempt++) {
      try (Connection connection = reads.getConnection()) {
        return work.run(connection);
      } catch (SQLException failure) {
        Failure kind = Failure.of(failure);
        if (attempt == ATTEMPTS || (kind != Failure.CONNECTION && kind != Failure.AGAIN)) {
          throw failed(what, failure);
        }
      }
    }
  }

  static MillraceException failed(String what, SQLException failure) {
    String message = what + ": " + Failure.words(failure);
    return switch (Failure.of(failure)) {
      case CONNECTION, AGAIN ->
          new StoreUnavailableException(
              message + "; it is tried again with the next call, look at the server", failure);
      case FULL -> new StoreFullException(message + "; make room at the server", failure);
      case REFUSED -> new StoreFailedException(message, failure);
    };
  }

  @Override
  public void close() {
    reads.close();
  }
}
