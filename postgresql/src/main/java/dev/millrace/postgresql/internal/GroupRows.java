package dev.millrace.postgresql.internal;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of a group, column by column, as {@code unnest} takes them. */
final class GroupRows {
  private final List<Long> micros = new ArrayList<>();
  private final List<Long> positions = new ArrayList<>();
  private final List<Long> kinds = new ArrayList<>();
  private final List<@Nullable Long> lasts = new ArrayList<>();
  private final List<UUID> appends = new ArrayList<>();
  private final List<Integer> ordinals = new ArrayList<>();
  private final List<Integer> versions = new ArrayList<>();
  private final List<String> types = new ArrayList<>();
  private final List<String> tenants = new ArrayList<>();
  private final List<String> tags = new ArrayList<>();
  private final List<byte[]> data = new ArrayList<>();
  private final List<@Nullable String> correlations = new ArrayList<>();
  private final List<@Nullable String> causations = new ArrayList<>();
  private final List<@Nullable String> traces = new ArrayList<>();
  private final List<@Nullable String> actors = new ArrayList<>();
  private final List<@Nullable Long> digests = new ArrayList<>();
  private final List<@Nullable String> commandIds = new ArrayList<>();
  private final List<@Nullable String> commandTypes = new ArrayList<>();
  private final List<byte @Nullable []> commands = new ArrayList<>();
  private final List<Long> tagHashes = new ArrayList<>();
  private final List<Long> tagPositions = new ArrayList<>();
  private final List<Long> tagKinds = new ArrayList<>();

  GroupRows(List<GroupDecision.Taken> appends) {
    for (GroupDecision.Taken taken : appends) {
      long time = Micros.of(taken.appended().time());
      Append append = taken.append();
      for (int ordinal = 0; ordinal < append.events().size(); ordinal++) {
        add(append, ordinal, taken.appended().first() + ordinal, taken.appended().last(), time);
      }
    }
  }

  private void add(Append append, int ordinal, long position, long last, long time) {
    NewEvent event = append.events().get(ordinal);
    long kind = Hashes.kind(event.type());
    positions.add(position);
    micros.add(time);
    kinds.add(kind);
    lasts.add(ordinal == 0 ? last : null);
    appends.add(append.id());
    ordinals.add(ordinal);
    versions.add(event.schemaVersion());
    types.add(Text.write(event.type()));
    tenants.add(Text.write(append.tenant().name()));
    tags.add(Text.writeTags(event.tags()));
    data.add(event.data().toArray());
    add(append.metadata());
    add(ordinal == 0 ? append.command() : null);
    for (TagValue tag : event.tags()) {
      tagHashes.add(Hashes.tag(append.tenant(), tag));
      tagPositions.add(position);
      tagKinds.add(kind);
    }
  }

  private void add(Metadata metadata) {
    correlations.add(Text.writeNullable(metadata.correlationId()));
    causations.add(Text.writeNullable(metadata.causationId()));
    traces.add(Text.writeNullable(metadata.traceparent()));
    actors.add(Text.writeNullable(metadata.actor()));
  }

  private void add(@Nullable CommandRecord command) {
    digests.add(command == null ? null : command.digest());
    commandIds.add(command == null ? null : Text.write(command.id()));
    commandTypes.add(command == null ? null : Text.write(command.type()));
    commands.add(command == null || command.payload() == null ? null : command.payload().toArray());
  }

  /** Binds what {@link Tables#insertEvents} and {@link Tables#insertTags} ask for. */
  void bind(Connection connection, PreparedStatement statement, int before) throws SQLException {
    Columns columns = new Columns(connection, statement, before);
    columns.longs(positions);
    columns.longs(micros);
    columns.longs(kinds);
    columns.longs(lasts);
    columns.add("uuid", appends.toArray(UUID[]::new));
    columns.ints(ordinals);
    columns.ints(versions);
    columns.texts(types);
    columns.texts(tenants);
    columns.texts(tags);
    columns.bytes(data);
    columns.texts(correlations);
    columns.texts(causations);
    columns.texts(traces);
    columns.texts(actors);
    columns.longs(digests);
    columns.texts(commandIds);
    columns.texts(commandTypes);
    columns.bytes(commands);
    columns.longs(tagHashes);
    columns.longs(tagPositions);
    columns.longs(tagKinds);
  }

  /** Arrays of these classes are sent as bytes, others as text that the server must parse. */
  private static final class Columns {
    private final Connection connection;
    private final PreparedStatement statement;
    private int at;

    Columns(Connection connection, PreparedStatement statement, int before) {
      this.at = before;
      this.connection = connection;
      this.statement = statement;
    }

    void longs(List<? extends @Nullable Long> values) throws SQLException {
      add("int8", values.toArray(Long[]::new));
    }

    void ints(List<Integer> values) throws SQLException {
      add("int4", values.toArray(Integer[]::new));
    }

    void texts(List<? extends @Nullable String> values) throws SQLException {
      add("text", values.toArray(String[]::new));
    }

    void bytes(List<? extends byte @Nullable []> values) throws SQLException {
      add("bytea", values.toArray(byte[][]::new));
    }

    void add(String type, @Nullable Object[] values) throws SQLException {
      statement.setArray(++at, connection.createArrayOf(type, values));
    }
  }
}
