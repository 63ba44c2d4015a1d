package dev.millrace.postgresql.internal;

import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.Tenant;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The transaction of a group: two round trips, however many appends.
 *
 * <pre>{@code
 * load     BEGIN … READ COMMITTED; lock; identity and head; known ids; events that conditions may forbid
 * store    INSERT events; INSERT tags; COMMIT
 * }</pre>
 *
 * <p>Each is sent at once, but remains a statement of its own with a snapshot of its own: what
 * follows the lock sees all that was committed before the lock was had.
 */
final class GroupTransaction {
  private final Connection connection;
  private final Tables tables;
  private final List<PendingAppend> group;

  /** What the server said of the store, under its lock. */
  record State(
      StoreIdentity identity,
      String timeline,
      boolean replicated,
      @Nullable String movedTo,
      GroupFacts facts) {}

  GroupTransaction(Connection connection, Tables tables, List<PendingAppend> group) {
    this.connection = connection;
    this.tables = tables;
    this.group = group;
  }

  /** Begins, and fetches what the decision must know. */
  State load(long lock) throws SQLException {
    Asked asked = Asked.of(group);
    StringBuilder sql = new StringBuilder(1024);
    sql.append(Tables.BEGIN).append(Tables.LOCK).append(tables.state());
    sql.append(tables.knownAppends());
    sql.append(asked.tags.isEmpty() ? "" : tables.tagCandidates());
    sql.append(asked.kinds.isEmpty() ? "" : tables.kindCandidates());
    sql.append(asked.tenantKinds.isEmpty() ? "" : tables.tenantKindCandidates());
    try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
      int at = 0;
      statement.setLong(++at, lock);
      statement.setArray(++at, connection.createArrayOf("uuid", asked.ids));
      int unused = asked.bind(connection, statement, at);
      statement.execute();
      nextRows(statement).close(); // of the lock
      return read(statement, asked);
    }
  }

  private State read(PreparedStatement statement, Asked asked) throws SQLException {
    StoreIdentity identity;
    String timeline;
    boolean replicated;
    long head;
    long micros;
    String movedTo;
    try (ResultSet row = nextRows(statement)) {
      if (!row.next()) {
        throw new SQLException("the table " + tables.store() + " has no row", "02000");
      }
      identity = new StoreIdentity(row.getObject(1, UUID.class), row.getLong(2));
      timeline = row.getString(3);
      replicated = row.getBoolean(4);
      head = row.getLong(5);
      micros = row.getLong(6);
      movedTo = row.getString(7);
    }
    Map<UUID, long[]> known = new HashMap<>();
    try (ResultSet rows = nextRows(statement)) {
      while (rows.next()) {
        known.put(rows.getObject(1, UUID.class), new long[] {rows.getLong(2), rows.getLong(3)});
      }
    }
    List<Candidate> candidates = new ArrayList<>();
    for (Asked.Lookups lookups : asked.all()) {
      if (!lookups.isEmpty()) {
        addCandidates(statement, candidates);
      }
    }
    GroupFacts facts =
        new GroupFacts(head, micros, events(known), newestMatches(asked, candidates, head));
    return new State(identity, timeline, replicated, movedTo, facts);
  }

  static ResultSet nextRows(PreparedStatement statement) throws SQLException {
    ResultSet rows = statement.getResultSet();
    while (rows == null || rows.isClosed()) {
      if (!statement.getMoreResults() && statement.getUpdateCount() < 0) {
        throw new SQLException("the server gave fewer answers than it was asked for", "08P01");
      }
      rows = statement.getResultSet();
    }
    return rows;
  }

  private static void addCandidates(PreparedStatement statement, List<Candidate> candidates)
      throws SQLException {
    try (ResultSet rows = nextRows(statement)) {
      while (rows.next()) {
        candidates.add(
            new Candidate(
                rows.getInt(1),
                rows.getLong(2),
                new Tenant(Text.read(rows.getString(3))),
                Text.read(rows.getString(4)),
                Text.readTags(rows.getString(5))));
      }
    }
  }

  private Map<UUID, List<RecordedEvent>> events(Map<UUID, long[]> known) throws SQLException {
    Map<UUID, List<RecordedEvent>> events = new HashMap<>();
    if (known.isEmpty()) {
      return events;
    }
    Long[] firsts = known.values().stream().map(range -> range[0]).toArray(Long[]::new);
    Long[] lasts = known.values().stream().map(range -> range[1]).toArray(Long[]::new);
    try (PreparedStatement statement = connection.prepareStatement(tables.ranges())) {
      statement.setArray(1, connection.createArrayOf("int8", firsts));
      statement.setArray(2, connection.createArrayOf("int8", lasts));
      try (ResultSet rows = statement.executeQuery()) {
        for (RecordedEvent event : EventRow.readAll(rows)) {
          events.computeIfAbsent(event.id().append(), id -> new ArrayList<>()).add(event);
        }
      }
    }
    return events;
  }

  /** A candidate that is what the condition means is the newest; one that is not proves nothing. */
  private List<Long> newestMatches(Asked asked, List<Candidate> candidates, long head)
      throws SQLException {
    long[] newest = new long[group.size()];
    boolean[] unclear = new boolean[group.size()];
    for (int append : asked.unclear) {
      unclear[append] = true;
    }
    for (Candidate candidate : candidates) {
      Query boundary = condition(candidate.append()).failIfMatches();
      if (boundary != null
          && boundary.matches(candidate.tenant(), candidate.type(), candidate.tags())) {
        newest[candidate.append()] = Math.max(newest[candidate.append()], candidate.position());
      } else {
        unclear[candidate.append()] = true;
      }
    }
    Reads reads = new Reads(connection, tables, null);
    for (int i = 0; i < unclear.length; i++) {
      Query boundary = condition(i).failIfMatches();
      if (unclear[i] && boundary != null) {
        newest[i] = reads.newestMatch(boundary, condition(i).after(), head);
      }
    }
    return Arrays.stream(newest).boxed().toList();
  }

  private AppendCondition condition(int append) {
    return group.get(append).append().condition();
  }

  /** Inserts and commits: durable when it returns. */
  void store(GroupDecision decision) throws SQLException {
    String sql = tables.insertEvents("") + tables.insertTags("") + "COMMIT";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      new GroupRows(decision.taken()).bind(connection, statement, 0);
      statement.execute();
    }
  }

  /** Ends a transaction that stores nothing. */
  void abandon() throws SQLException {
    rollback(connection);
  }

  static void rollback(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("ROLLBACK");
    }
  }
}
