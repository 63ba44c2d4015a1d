package dev.millrace.postgresql.internal;

import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Tenant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event as a row of the table. */
final class EventRow {
  /** What {@link #read} reads, in its order. */
  static final String COLUMNS =
      "position, append, ordinal, type, schema_version, micros, tenant, tags, data,"
          + " correlation_id, causation_id, traceparent, actor";

  private EventRow() {}

  static List<RecordedEvent> readAll(ResultSet rows) throws SQLException {
    List<RecordedEvent> events = new ArrayList<>();
    while (rows.next()) {
      events.add(read(rows));
    }
    return events;
  }

  /** Four columns from a place on; null: it was not caused by a command. */
  static @Nullable CommandRecord command(ResultSet row, int from) throws SQLException {
    String id = row.getString(from + 1);
    if (id == null) {
      return null;
    }
    byte[] payload = row.getBytes(from + 3);
    return new CommandRecord(
        Text.read(id),
        Text.read(row.getString(from + 2)),
        row.getLong(from),
        payload == null ? null : Bytes.wrap(payload));
  }

  /** The row at which a result stands. */
  static RecordedEvent read(ResultSet row) throws SQLException {
    String tenant = row.getString(7);
    return new RecordedEvent(
        row.getLong(1),
        new EventId(row.getObject(2, UUID.class), row.getInt(3)),
        Text.read(row.getString(4)),
        row.getInt(5),
        Micros.instant(row.getLong(6)),
        tenant.equals(Tenant.DEFAULT.name()) ? Tenant.DEFAULT : new Tenant(Text.read(tenant)),
        Text.readTags(row.getString(8)),
        Bytes.wrap(row.getBytes(9)),
        metadata(row, 10));
  }

  /** Four columns from a place on. */
  static Metadata metadata(ResultSet row, int from) throws SQLException {
    String correlation = Text.readNullable(row.getString(from));
    String causation = Text.readNullable(row.getString(from + 1));
    String traceparent = Text.readNullable(row.getString(from + 2));
    String actor = Text.readNullable(row.getString(from + 3));
    return isNothing(correlation, causation, traceparent, actor)
        ? Metadata.NONE
        : new Metadata(correlation, causation, traceparent, actor);
  }

  private static boolean isNothing(@Nullable String... parts) {
    for (String part : parts) {
      if (part != null) {
        return false;
      }
    }
    return true;
  }
}
