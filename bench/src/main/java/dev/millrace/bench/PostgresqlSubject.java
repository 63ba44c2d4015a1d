package dev.millrace.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A table of events behind a pool of connections; one transaction for an append. */
final class PostgresqlSubject implements Subject, AutoCloseable {
  private static final int STREAMS = 100_000;
  private static final String INSERT =
      "INSERT INTO events (id, stream, type, data) VALUES (?, ?, ?, ?)";

  private final List<byte[]> payloads;
  private final List<Session> sessions = new ArrayList<>();
  private final BlockingQueue<Session> free;

  /** A connection with its statement; it commits by itself. */
  private record Session(Connection connection, PreparedStatement insert) {}

  PostgresqlSubject(PostgresqlServer server, int pool, List<byte[]> payloads) throws SQLException {
    this.payloads = payloads;
    this.free = new ArrayBlockingQueue<>(pool);
    for (int i = 0; i < pool; i++) {
      Connection connection = server.connect();
      sessions.add(new Session(connection, connection.prepareStatement(INSERT)));
    }
    free.addAll(sessions);
  }

  @Override
  public void append(int events) throws SQLException, InterruptedException {
    Session session = free.take();
    try {
      if (events == 1) {
        bind(session.insert());
        session.insert().executeUpdate();
      } else {
        session.connection().setAutoCommit(false);
        for (int i = 0; i < events; i++) {
          bind(session.insert());
          session.insert().addBatch();
        }
        session.insert().executeBatch();
        session.connection().setAutoCommit(true); // commits
      }
    } finally {
      free.add(session);
    }
  }

  private void bind(PreparedStatement insert) throws SQLException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    insert.setObject(1, new UUID(random.nextLong(), random.nextLong()));
    insert.setString(2, "entity:" + random.nextInt(STREAMS));
    insert.setString(3, Measured.TYPE);
    insert.setBytes(4, payloads.get(random.nextInt(payloads.size())));
  }

  @Override
  public void submit(int events, Consumer<@Nullable Throwable> answer) {
    Thread _ =
        Thread.ofVirtual()
            .start(() -> {
              Throwable failure = null;
              try {
                append(events);
              } catch (SQLException | InterruptedException | RuntimeException e) {
                failure = e;
              }
              answer.accept(failure);
            });
  }

  @Override
  public void close() throws SQLException {
    for (Session session : sessions) {
      session.connection().close();
    }
  }
}
