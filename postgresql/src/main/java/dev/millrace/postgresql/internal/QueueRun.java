package dev.millrace.postgresql.internal;

import dev.millrace.core.Accepted;
import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.core.Outcome;
import dev.millrace.core.Rejected;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.core.store.StoreMovedException;
import dev.millrace.core.store.StoreOverloadedException;
import dev.millrace.core.store.StoreUnavailableException;
import dev.millrace.postgresql.CommandQueue;
import dev.millrace.postgresql.PostgresqlOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides the commands of a queue, one look after the other. While a look lasts its transaction
 * holds the queue, so that no other process decides beside it.
 */
public final class QueueRun implements CommandQueue.Running {
  private static final Logger LOG = LoggerFactory.getLogger(QueueRun.class);
  private static final int MAX_ATTEMPTS = 10;
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);

  private final Context context;
  private final CommandRows rows;
  private final Millrace millrace;
  private final Seams seams;
  private final Duration poll;
  private final Database database;
  private final AtomicBoolean looking = new AtomicBoolean();
  private final AtomicBoolean again = new AtomicBoolean();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean closing;

  private QueueRun(
      Context context, CommandRows rows, Millrace millrace, Duration poll, Database database) {
    this.context = context;
    this.rows = rows;
    this.millrace = millrace;
    this.seams = millrace.seams();
    this.poll = poll;
    this.database = database;
  }

  /** Starts one. */
  public static QueueRun start(
      Context context, PostgresqlOptions options, CommandRows rows, Millrace millrace) {
    QueueRun run =
        new QueueRun(
            context, rows, millrace, options.poll(), Database.open(options.withConnections(1)));
    run.wake();
    run.pollLater();
    return run;
  }

  private void pollLater() {
    var unused =
        seams
            .scheduler()
            .after(poll)
            .thenRun(() -> {
              if (!closing) {
                wake();
                pollLater();
              }
            });
  }

  @Override
  public void wake() {
    again.set(true);
    if (looking.compareAndSet(false, true)) {
      var unused = seams.scheduler().call("command queue", this::look);
    }
  }

  private @Nullable Void look() {
    do {
      while (again.getAndSet(false) && !closing) {
        try {
          if (database.use("the command queue cannot be read", this::decideSome)) {
            again.set(true);
          }
        } catch (MillraceException failure) {
          LOG.warn("the command queue is looked at again: {}", failure.getMessage());
        } catch (RuntimeException | Error failure) {
          LOG.error("the command queue is looked at again", failure);
        }
      }
      looking.set(false);
      if (closing) {
        ended.complete(null);
        return null;
      }
    } while (again.get() && looking.compareAndSet(false, true));
    return null;
  }

  /** Whether there may be more. */
  private boolean decideSome(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(Tables.BEGIN);
      try {
        boolean some = rows.take(connection) && decideSome(connection, waiting(connection));
        statement.execute("COMMIT");
        return some;
      } catch (SQLException | RuntimeException | Error failure) {
        GroupTransaction.rollback(connection);
        throw failure;
      }
    }
  }

  private List<CommandRows.Waiting> waiting(Connection connection) throws SQLException {
    return rows.waiting(connection, Micros.of(seams.clock().instant()));
  }

  private boolean decideSome(Connection connection, List<CommandRows.Waiting> commands)
      throws SQLException {
    for (CommandRows.Waiting command : commands) {
      if (closing || !settle(connection, command)) {
        return false;
      }
    }
    return !commands.isEmpty();
  }

  /** Whether the next may be decided. */
  private boolean settle(Connection connection, CommandRows.Waiting command) throws SQLException {
    try {
      switch (decide(command)) {
        case Accepted<?> accepted -> rows.delete(connection, command.number());
        case Rejected<?> rejected ->
            rows.update(
                connection,
                command.number(),
                "rejected",
                0,
                context.codec().encode(rejected.reason()).utf8());
      }
      return true;
    } catch (StoreUnavailableException
        | StoreOverloadedException
        | StoreClosedException
        | StoreFullException
        | StoreMovedException
        | StoreMismatchException away) {
      LOG.warn("the command queue waits for the store: {}", away.getMessage());
      return false;
    } catch (RuntimeException | Error failure) { // a decider may run out of stack, or assert
      failed(connection, command, failure);
      return true;
    }
  }

  private Outcome<?> decide(CommandRows.Waiting command) {
    return millrace.send(
        context.readCommand(command.type(), command.payload()), command.envelope());
  }

  private void failed(Connection connection, CommandRows.Waiting command, Throwable failure)
      throws SQLException {
    int attempts = command.attempts() + 1;
    boolean last = attempts >= MAX_ATTEMPTS;
    Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(attempts, MAX_ATTEMPTS));
    LOG.warn(
        "command '{}' with id '{}' failed{}",
        command.type(),
        command.envelope().id(),
        last ? " for the last time and stays in the queue" : ", attempt " + attempts,
        failure);
    rows.update(
        connection,
        command.number(),
        last ? "failed" : "waiting",
        Micros.of(seams.clock().instant().plus(wait)),
        failure.toString());
  }

  @Override
  public void close() {
    closing = true;
    wake();
    ended.join();
    database.close();
  }
}
