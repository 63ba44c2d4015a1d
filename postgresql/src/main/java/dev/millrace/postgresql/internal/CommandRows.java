package dev.millrace.postgresql.internal;

import dev.millrace.core.CommandEnvelope;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Tenant;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a context's command queue. */
public final class CommandRows {
  private static final int BATCH = 64;

  private final String table;
  private final String context;

  /** The rows of a context in a schema. */
  public CommandRows(String schema, String context) {
    this.table = '"' + schema + "\".command_queue";
    this.context = context;
  }

  /** A command that waits. */
  record Waiting(long number, String type, Bytes payload, CommandEnvelope envelope, int attempts) {}

  /** Writes a command; false: there is another one with its id. */
  public boolean insert(Connection connection, String type, Bytes payload, CommandEnvelope envelope)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO "
                + table
                + " (context, tenant, id, type, payload, correlation_id, causation_id, traceparent,"
                + " actor) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (context, tenant, id) DO NOTHING")) {
      int at = 0;
      for (@Nullable String text :
          new @Nullable String[] {context, envelope.tenant().name(), envelope.id(), type}) {
        statement.setString(++at, Text.writeNullable(text));
      }
      statement.setBytes(++at, payload.toArray());
      for (@Nullable String text :
          new @Nullable String[] {
            envelope.correlationId(),
            envelope.causationId(),
            envelope.traceparent(),
            envelope.actor()
          }) {
        statement.setString(++at, Text.writeNullable(text));
      }
      return statement.executeUpdate() == 1 || isThere(connection, type, payload, envelope);
    }
  }

  private boolean isThere(
      Connection connection, String type, Bytes payload, CommandEnvelope envelope)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT type = ? AND payload = ? FROM "
                + table
                + " WHERE context = ? AND tenant = ? AND id = ?")) {
      statement.setString(1, Text.write(type));
      statement.setBytes(2, payload.toArray());
      statement.setString(3, Text.write(context));
      statement.setString(4, Text.write(envelope.tenant().name()));
      statement.setString(5, Text.write(envelope.id()));
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** Takes the queue for a transaction; false: another process has it. */
  boolean take(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT pg_try_advisory_xact_lock(?)")) {
      statement.setLong(1, Hashes.kind(table + '\0' + context));
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** The next that are due, in the order of their numbers. */
  List<Waiting> waiting(Connection connection, long nowMicros) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT number, type, payload, tenant, id, correlation_id, causation_id, traceparent,"
                + " actor, attempts FROM "
                + table
                + " WHERE state = 'waiting' AND context = ? AND due_micros <= ?"
                + " ORDER BY number LIMIT ?")) {
      statement.setString(1, Text.write(context));
      statement.setLong(2, nowMicros);
      statement.setInt(3, BATCH);
      List<Waiting> commands = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          commands.add(read(row));
        }
      }
      return commands;
    }
  }

  private static Waiting read(ResultSet row) throws SQLException {
    CommandEnvelope envelope =
        new CommandEnvelope(
            Text.read(row.getString(5)),
            new Tenant(Text.read(row.getString(4))),
            Text.readNullable(row.getString(9)),
            Text.readNullable(row.getString(6)),
            Text.readNullable(row.getString(7)),
            Text.readNullable(row.getString(8)));
    return new Waiting(
        row.getLong(1),
        Text.read(row.getString(2)),
        Bytes.wrap(row.getBytes(3)),
        envelope,
        row.getInt(10));
  }

  /** It was accepted. */
  void delete(Connection connection, long number) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM " + table + " WHERE number = ?")) {
      statement.setLong(1, number);
      statement.executeUpdate();
    }
  }

  /** It was not. */
  void update(Connection connection, long number, String state, long dueMicros, String outcome)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "UPDATE "
                + table
                + " SET state = ?, due_micros = ?, outcome = ?, attempts = attempts + 1"
                + " WHERE number = ?")) {
      statement.setString(1, state);
      statement.setLong(2, dueMicros);
      statement.setString(3, Text.write(outcome));
      statement.setLong(4, number);
      statement.executeUpdate();
    }
  }
}
