package dev.millrace.postgresql.internal;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.CopiedAppend;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.RecordedEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads whole appends, with the commands that caused them. */
final class Appends {
  private final Connection connection;
  private final Tables tables;

  Appends(Connection connection, Tables tables) {
    this.connection = connection;
    this.tables = tables;
  }

  /** Those that begin after a position; of one that is larger than a page, that one alone. */
  List<CopiedAppend> after(long after, int limit) throws SQLException {
    Found found = read(after, limit);
    return found.appends.isEmpty() && found.due > 0
        ? read(after, Append.MAX_EVENTS, found.due).appends
        : found.appends;
  }

  /** Appends, and the last position of one that began and was not read to its end. */
  private record Found(List<CopiedAppend> appends, long due) {}

  private Found read(long after, int limit) throws SQLException {
    return read(after, limit, 0);
  }

  private Found read(long after, int limit, long last) throws SQLException {
    String sql = last == 0 ? tables.appends() : tables.wholeAppend();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, after);
      statement.setLong(2, last == 0 ? limit : last);
      try (ResultSet row = statement.executeQuery()) {
        return gather(row);
      }
    }
  }

  private static Found gather(ResultSet row) throws SQLException {
    List<CopiedAppend> appends = new ArrayList<>();
    List<RecordedEvent> events = new ArrayList<>();
    @Nullable CommandRecord command = null;
    long due = 0;
    while (row.next()) {
      RecordedEvent event = EventRow.read(row);
      if (events.isEmpty()) {
        due = row.getLong(14);
        command = EventRow.command(row, 15);
      }
      events.add(event);
      if (event.position() == due) {
        appends.add(append(events, command));
        events.clear();
        due = 0;
      }
    }
    return new Found(appends, due);
  }

  private static CopiedAppend append(List<RecordedEvent> events, @Nullable CommandRecord command) {
    RecordedEvent first = events.get(0);
    List<NewEvent> contents = new ArrayList<>(events.size());
    for (RecordedEvent event : events) {
      contents.add(new NewEvent(event.type(), event.schemaVersion(), event.tags(), event.data()));
    }
    Append append =
        new Append(
            first.id().append(),
            first.tenant(),
            contents,
            AppendCondition.NONE,
            first.metadata(),
            command);
    return new CopiedAppend(append, first.position(), first.time());
  }
}
