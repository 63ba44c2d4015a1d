package dev.millrace.postgresql.internal;

import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreMismatchException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What processes tell each other of the head. Whoever appended sends a notification afterwards, in
 * a transaction of its own, at most one in a while; whoever follows listens, where sessions are not
 * shared, and asks again and again in any case.
 */
final class News {
  private static final Logger LOG = LoggerFactory.getLogger(News.class);
  private static final Duration BETWEEN_NOTIFICATIONS = Duration.ofMillis(5);
  private static final Duration BETWEEN_CONNECTIONS = Duration.ofSeconds(1);
  private static final int LISTEN_MILLIS = 10_000;

  private final Database database;
  private final Tables tables;
  private final Continuity continuity;
  private final Scheduler scheduler;
  private final Heads heads;
  private final Duration poll;
  private final String channel;
  private final AtomicBoolean notifying = new AtomicBoolean();
  private final AtomicBoolean following = new AtomicBoolean();
  private volatile boolean closed;
  private volatile @Nullable Connection listening;

  News(
      Database database,
      Tables tables,
      Continuity continuity,
      Scheduler scheduler,
      Heads heads,
      Duration poll,
      String channel) {
    this.database = database;
    this.tables = tables;
    this.continuity = continuity;
    this.scheduler = scheduler;
    this.heads = heads;
    this.poll = poll;
    this.channel = channel;
  }

  /** Tells other processes, soon. */
  void tell() {
    if (notifying.compareAndSet(false, true)) {
      var unused =
          scheduler
              .after(BETWEEN_NOTIFICATIONS)
              .thenCompose(past -> scheduler.call("postgresql notify", this::send));
    }
  }

  /** Outside of any append: a notification takes a lock that all of the server's share. */
  private @Nullable Void send() {
    notifying.set(false);
    if (!closed) {
      try {
        database.use("a notification was not sent", this::send);
      } catch (MillraceException failure) {
        LOG.debug("other processes will find new events by polling: {}", failure.getMessage());
      }
    }
    return null;
  }

  private boolean send(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify(?, ?)")) {
      statement.setString(1, channel);
      statement.setString(2, Long.toString(heads.known()));
      return statement.execute();
    }
  }

  /** Follows the head from now on. */
  void follow() {
    if (following.compareAndSet(false, true)) {
      pollLater();
      if (!database.isPooled()) {
        var unused = scheduler.call("postgresql listen", this::listen);
      }
    }
  }

  private void pollLater() {
    var unused =
        scheduler.after(poll).thenCompose(past -> scheduler.call("postgresql poll", this::pollNow));
  }

  private @Nullable Void pollNow() {
    if (!closed) {
      try {
        look();
      } finally {
        pollLater();
      }
    }
    return null;
  }

  private void look() {
    try {
      if (heads.isHeard() && !closed) {
        long known = heads.known();
        long head =
            database.use("the head cannot be read", c -> new Reads(c, tables, continuity).head());
        continuity.checkHead(head, known);
        heads.publish(head);
      }
    } catch (StoreMismatchException other) {
      heads.wake(); // whoever follows polls, and is told
    } catch (MillraceException failure) {
      LOG.debug("the head will be asked for again: {}", failure.getMessage());
    }
  }

  private @Nullable Void listen() {
    while (!closed) {
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        listening = connection;
        statement.execute("LISTEN \"" + channel + '"');
        receive(connection.unwrap(PGConnection.class));
      } catch (SQLException failure) {
        if (!closed) {
          LOG.debug("listening begins again; polling goes on: {}", Failure.words(failure));
          scheduler.after(BETWEEN_CONNECTIONS).join();
        }
      }
    }
    return null;
  }

  /** What a notification says is not believed: anybody may send one. */
  private void receive(PGConnection connection) throws SQLException {
    while (!closed) {
      if (connection.getNotifications(LISTEN_MILLIS).length > 0) {
        look();
      }
    }
  }

  void close() {
    closed = true;
    Connection connection = listening;
    if (connection != null) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException failure) {
        LOG.debug("the connection that listened was gone: {}", Failure.words(failure));
      }
    }
  }
}
