package dev.millrace.postgresql;

import dev.millrace.core.Command;
import dev.millrace.core.CommandEnvelope;
import dev.millrace.core.CommandIdReusedException;
import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.core.store.Bytes;
import dev.millrace.postgresql.internal.CommandRows;
import dev.millrace.postgresql.internal.QueueRun;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Commands that are written in a transaction of the application, beside its own rows, and decided
 * afterwards: once when it commits, never when it rolls back.
 *
 * <pre>{@code
 * CommandQueue queue = CommandQueue.of(context, PostgresqlOptions.parse(url));
 * try (Connection connection = dataSource.getConnection()) { // or Spring's, or Hibernate's
 *   connection.setAutoCommit(false);
 *   …                                                        // the application's own rows
 *   queue.enqueue(connection, new Ship("order-1"), "ship-order-1");
 *   connection.commit();
 * }
 * }</pre>
 *
 * <p>Whoever hosts the context decides: {@link #start}. Commands are decided one after the other in
 * the order of their numbers, by one process at a time; a command that fails does not hold up those
 * behind it. Its id makes it once: an accepted one that is decided again, as after a crash, answers
 * as the first time. Safe for use from many threads.
 */
public final class CommandQueue {
  private final Context context;
  private final PostgresqlOptions options;
  private final CommandRows rows;

  private CommandQueue(Context context, PostgresqlOptions options) {
    this.context = context;
    this.options = options;
    this.rows = new CommandRows(options.schema(), context.name());
  }

  /**
   * The queue of a context.
   *
   * @param context which decides the commands
   * @param options of the store in whose schema the queue is; its tables are made when the store is
   *     opened
   */
  public static CommandQueue of(Context context, PostgresqlOptions options) {
    return new CommandQueue(context, options);
  }

  /** Writes a command; see {@link #enqueue(Connection, Command, CommandEnvelope)}. */
  public void enqueue(Connection connection, Command<?> command, String id) throws SQLException {
    enqueue(connection, command, CommandEnvelope.of(id));
  }

  /**
   * Writes a command in the transaction of a connection to the database of the store. The same
   * command with the same id, while it waits, is written once.
   *
   * @param connection whose transaction is neither committed nor rolled back here
   * @throws IllegalArgumentException when the context does not decide the command
   * @throws CommandIdReusedException when another command with this id waits
   * @throws SQLException what the database says
   */
  public void enqueue(Connection connection, Command<?> command, CommandEnvelope envelope)
      throws SQLException {
    String type = type(command);
    Bytes payload = context.codec().encode(command);
    if (!rows.insert(connection, type, payload, envelope)) {
      throw new CommandIdReusedException(
          "context '"
              + context.name()
              + "': another command with the id '"
              + envelope.id()
              + "' waits; give each command an id of its own");
    }
  }

  private String type(Command<?> command) {
    for (String name : context.commands()) {
      if (context.commandType(name).equals(command.getClass())) {
        return name;
      }
    }
    throw new IllegalArgumentException(
        "context '"
            + context.name()
            + "' has no command "
            + command.getClass().getSimpleName()
            + "; it has "
            + context.commands());
  }

  /** Deciding, until it is closed. */
  public interface Running extends AutoCloseable {
    /** Looks for commands now, instead of at the next poll; does not block. */
    void wake();

    /** Finishes the command that is being decided; what waits, waits. */
    @Override
    void close();
  }

  /**
   * Decides what is and what will be in the queue.
   *
   * @param millrace which hosts the context; close this before it
   */
  public Running start(Millrace millrace) {
    return QueueRun.start(context, options, rows, millrace);
  }
}
