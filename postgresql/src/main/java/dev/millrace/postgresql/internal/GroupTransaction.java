package dev.millrace.postgresql.internal;

import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Query.Criterion;
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
  record State(StoreIdentity identity, String timeline, boolean replicated, GroupFacts facts) {}

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
    try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
      int at = 0;
      statement.setLong(++at, lock);
      statement.setArray(++at, connection.createArrayOf("uuid", asked.ids));
      if (!asked.tags.isEmpty()) {
        at = asked.tags.bind(connection, statement, at, true);
      }
      if (!asked.kinds.isEmpty()) {
        asked.kinds.bind(connection, statement, at, false);
      }
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
    try (ResultSet row = nextRows(statement)) {
      if (!row.next()) {
        throw new SQLException("the table " + tables.store() + " has no row", "02000");
      }
      identity = new StoreIdentity(row.getObject(1, UUID.class), row.getLong(2));
      timeline = row.getString(3);
      replicated = row.getBoolean(4);
      head = row.getLong(5);
      micros = row.getLong(6);
    }
    Map<UUID, long[]> known = new HashMap<>();
    try (ResultSet rows = nextRows(statement)) {
      while (rows.next()) {
        known.put(rows.getObject(1, UUID.class), new long[] {rows.getLong(2), rows.getLong(3)});
      }
    }
    List<Candidate> candidates = new ArrayList<>();
    if (!asked.tags.isEmpty()) {
      addCandidates(statement, candidates);
    }
    if (!asked.kinds.isEmpty()) {
      addCandidates(statement, candidates);
    }
    GroupFacts facts =
        new GroupFacts(head, micros, events(known), newestMatches(asked, candidates, head));
    return new State(identity, timeline, replicated, facts);
  }

  private static ResultSet nextRows(PreparedStatement statement) throws SQLException {
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
    Reads reads = new Reads(connection, tables);
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
    String sql = tables.insertEvents() + tables.insertTags() + "COMMIT";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      new GroupRows(decision).bind(connection, statement);
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

  /** What a group asks of the indexes. */
  private static final class Asked {
    final UUID[] ids;
    final Lookups tags = new Lookups();
    final Lookups kinds = new Lookups();

    /** Appends whose conditions the indexes cannot answer alone. */
    final List<Integer> unclear = new ArrayList<>();

    private Asked(UUID[] ids) {
      this.ids = ids;
    }

    static Asked of(List<PendingAppend> group) {
      Asked asked = new Asked(new UUID[group.size()]);
      for (int i = 0; i < group.size(); i++) {
        asked.ids[i] = group.get(i).append().id();
        AppendCondition condition = group.get(i).append().condition();
        Query boundary = condition.failIfMatches();
        if (boundary != null && condition.after() < Long.MAX_VALUE) {
          asked.add(i, boundary, condition.after());
        }
      }
      return asked;
    }

    private void add(int append, Query boundary, long after) {
      if (!Branch.cover(boundary)) {
        unclear.add(append);
        return;
      }
      for (Criterion criterion : boundary.anyOf()) {
        Tenant tenant = boundary.tenant();
        if (tenant == null || criterion.allOf().isEmpty()) {
          criterion.types().forEach(type -> kinds.add(append, Hashes.kind(type), after, List.of()));
        } else {
          tags.add(append, Hashes.tag(tenant, criterion.allOf().get(0)), after, criterion.types());
        }
      }
    }
  }

  /** Look-ups of one shape, as columns. */
  private static final class Lookups {
    private final List<Integer> appends = new ArrayList<>();
    private final List<Long> hashes = new ArrayList<>();
    private final List<Long> afters = new ArrayList<>();
    private final List<Integer> lows = new ArrayList<>();
    private final List<Integer> highs = new ArrayList<>();
    private final List<Long> kinds = new ArrayList<>();

    boolean isEmpty() {
      return appends.isEmpty();
    }

    void add(int append, long hash, long after, List<String> types) {
      appends.add(append);
      hashes.add(hash);
      afters.add(after);
      lows.add(types.isEmpty() ? 0 : kinds.size() + 1);
      types.forEach(type -> kinds.add(Hashes.kind(type)));
      highs.add(types.isEmpty() ? 0 : kinds.size());
    }

    int bind(Connection connection, PreparedStatement statement, int before, boolean ofTags)
        throws SQLException {
      int at = before;
      statement.setArray(++at, connection.createArrayOf("int4", appends.toArray()));
      statement.setArray(++at, connection.createArrayOf("int8", hashes.toArray()));
      statement.setArray(++at, connection.createArrayOf("int8", afters.toArray()));
      if (ofTags) {
        statement.setArray(++at, connection.createArrayOf("int4", lows.toArray()));
        statement.setArray(++at, connection.createArrayOf("int4", highs.toArray()));
        statement.setArray(++at, connection.createArrayOf("int8", kinds.toArray()));
      }
      return at;
    }
  }
}
