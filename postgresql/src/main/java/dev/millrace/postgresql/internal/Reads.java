package dev.millrace.postgresql.internal;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Query.Criterion;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Tenant;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads: a query becomes ranges of indexes, or a look through positions in order.
 *
 * <p>A page says how far it looked, and may have looked less far than asked. Whatever a hash
 * brought in that the query does not mean is left out here.
 */
final class Reads {
  /** Most rows of one statement. */
  static final int MAX_ROWS = 2_000;

  /** Bytes of data after which a page ends. */
  static final long MAX_BYTES = 8L << 20;

  /** Most positions that one statement looks through for few events. */
  private static final long WINDOW = 50_000;

  /** Most ranges of one statement. */
  private static final int MAX_BRANCHES = 64;

  private static final long FEW = 2_000;

  private final Connection connection;
  private final Tables tables;
  private final @Nullable Continuity continuity;

  /**
   * For as long as a connection is held.
   *
   * @param continuity what the database is compared with at each read; null: it was, under the lock
   */
  Reads(Connection connection, Tables tables, @Nullable Continuity continuity) {
    this.connection = connection;
    this.tables = tables;
    this.continuity = continuity;
  }

  /** The position of the newest event. */
  long head() throws SQLException {
    try (PreparedStatement statement = prepare(tables.head());
        ResultSet row = rows(statement, continuity)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The history is asked for in the same round trip. */
  private PreparedStatement prepare(String sql) throws SQLException {
    return connection.prepareStatement(continuity == null ? sql : tables.history() + sql);
  }

  /** Runs a statement, which the question for the history precedes where that is compared. */
  static ResultSet rows(PreparedStatement statement, @Nullable Continuity continuity)
      throws SQLException {
    statement.execute();
    if (continuity != null) {
      try (ResultSet row = GroupTransaction.nextRows(statement)) {
        continuity.check(row);
      }
    }
    return GroupTransaction.nextRows(statement);
  }

  /** Positions to look at, and how many events are wanted. */
  private record Span(long low, long high, Direction direction, int limit) {
    boolean forward() {
      return direction == Direction.FORWARD;
    }

    /** The part that is looked through at once. */
    Span first(long length) {
      return forward()
          ? new Span(low, Math.min(high, low + length - 1), direction, limit)
          : new Span(Math.max(low, high - length + 1), high, direction, limit);
    }

    long end() {
      return forward() ? high : low;
    }

    String order() {
      return forward() ? "" : " DESC";
    }
  }

  /**
   * A page of what matches.
   *
   * @param low first position, at least 1
   * @param high last position, which must be visible already, and not before {@code low}
   * @param limit most events
   */
  EventPage read(Query query, long low, long high, Direction direction, int limit)
      throws SQLException {
    Span span = new Span(low, high, direction, Math.min(limit, MAX_ROWS));
    if (!Branch.cover(query)) {
      return scan(query, isFiltered(query) ? span.first(WINDOW) : span);
    }
    if (hasNoTags(query)) {
      EventPage near = scan(query, span.first(Math.max(FEW, span.limit())));
      if (!near.events().isEmpty() || near.examined() == span.end()) {
        return near;
      }
    }
    return ranges(query, span);
  }

  private static boolean isFiltered(Query query) {
    return !(query.anyOf().isEmpty() && query.tenant() == null);
  }

  private static boolean hasNoTags(Query query) {
    return query.anyOf().stream().allMatch(criterion -> criterion.allOf().isEmpty());
  }

  /** Looks through positions. */
  private EventPage scan(Query query, Span span) throws SQLException {
    Set<Long> kinds = kindsOfAll(query);
    String rows =
        "SELECT "
            + EventRow.COLUMNS
            + " FROM "
            + tables.event()
            + " WHERE position BETWEEN ? AND ?"
            + (query.tenant() == null ? "" : " AND tenant = ?")
            + (kinds.isEmpty() ? "" : " AND kind = ANY(?)")
            + " ORDER BY position"
            + span.order()
            + " LIMIT ?";
    try (PreparedStatement statement = prepare(bounded(rows, span))) {
      int at = 0;
      statement.setLong(++at, span.low());
      statement.setLong(++at, span.high());
      if (query.tenant() != null) {
        statement.setString(++at, Text.write(query.tenant().name()));
      }
      if (!kinds.isEmpty()) {
        statement.setArray(++at, longs(kinds));
      }
      statement.setInt(++at, span.limit());
      return page(query, statement, span);
    }
  }

  /**
   * No more rows than up to {@link #MAX_BYTES} of data, and the one that passes it. The length of
   * data that are kept apart is known without fetching them.
   */
  private static String bounded(String rows, Span span) {
    if (span.limit() == 1) {
      return rows;
    }
    String order = "ORDER BY position" + span.order();
    return "SELECT "
        + EventRow.COLUMNS
        + " FROM (SELECT *, sum(octet_length(data)) OVER ("
        + order
        + " ROWS UNBOUNDED PRECEDING) - octet_length(data) AS before FROM ("
        + rows
        + ") r) b WHERE before < "
        + MAX_BYTES
        + " "
        + order;
  }

  private static Set<Long> kindsOfAll(Query query) {
    Set<Long> kinds = new TreeSet<>();
    for (Criterion criterion : query.anyOf()) {
      if (criterion.types().isEmpty()) {
        return Set.of();
      }
      criterion.types().forEach(type -> kinds.add(Hashes.kind(type)));
    }
    return kinds;
  }

  private EventPage ranges(Query query, Span span) throws SQLException {
    List<Branch> branches = Branch.of(query);
    EventPage page = ranges(query, span, branches.subList(0, upTo(branches, 0)));
    for (int from = MAX_BRANCHES; from < branches.size(); from += MAX_BRANCHES) {
      page = merged(page, ranges(query, span, branches.subList(from, upTo(branches, from))), span);
    }
    return page;
  }

  private static int upTo(List<Branch> branches, int from) {
    return Math.min(branches.size(), from + MAX_BRANCHES);
  }

  /** What both pages know, as far as both have looked. */
  private static EventPage merged(EventPage one, EventPage other, Span span) {
    TreeMap<Long, RecordedEvent> events = new TreeMap<>();
    one.events().forEach(event -> events.put(event.position(), event));
    other.events().forEach(event -> events.put(event.position(), event));
    boolean forward = span.forward();
    long examined =
        forward
            ? Math.min(one.examined(), other.examined())
            : Math.max(one.examined(), other.examined());
    Collection<RecordedEvent> seen =
        forward
            ? events.headMap(examined, true).values()
            : events.tailMap(examined, true).descendingMap().values();
    if (seen.size() <= span.limit()) {
      return new EventPage(List.copyOf(seen), examined);
    }
    List<RecordedEvent> some = new ArrayList<>(seen).subList(0, span.limit());
    return new EventPage(some, some.get(some.size() - 1).position());
  }

  /** The array holds the positions, so that the planner can only look them up. */
  private EventPage ranges(Query query, Span span, List<Branch> branches) throws SQLException {
    StringBuilder sql = new StringBuilder(512);
    sql.append("SELECT ").append(EventRow.COLUMNS).append(" FROM ").append(tables.event());
    sql.append(" WHERE position = ANY(ARRAY(SELECT position FROM (");
    for (int i = 0; i < branches.size(); i++) {
      sql.append(i == 0 ? "(" : " UNION (");
      sql.append(text(branches.get(i)));
      sql.append(" ORDER BY position").append(span.order()).append(" LIMIT ?)");
    }
    sql.append(") u ORDER BY position").append(span.order()).append(" LIMIT ?))");
    sql.append(" ORDER BY position").append(span.order());
    try (PreparedStatement statement = prepare(bounded(sql.toString(), span))) {
      int at = 0;
      for (Branch branch : branches) {
        at = bind(statement, at, branch, span);
      }
      statement.setInt(++at, span.limit());
      return page(query, statement, span);
    }
  }

  private String text(Branch branch) {
    String range = " AND position BETWEEN ? AND ?";
    return switch (branch) {
      case Branch.ByKind byKind ->
          "SELECT position FROM "
              + tables.event()
              + " WHERE kind = ?"
              + range
              + (byKind.tenant() == null ? "" : " AND tenant = ?")
              + (ofATenant(byKind.tenant()) ? Tables.OF_A_TENANT : "");
      case Branch.ByTag byTag -> {
        StringBuilder sql = new StringBuilder(200);
        sql.append("SELECT t.position FROM ").append(tables.eventTag()).append(" t WHERE tag ");
        sql.append(byTag.anyOf().size() == 1 ? "= ?" : "= ANY(?)").append(range);
        sql.append(byTag.kinds().isEmpty() ? "" : " AND kind = ANY(?)");
        for (int i = 0; i < byTag.allOf().size(); i++) {
          sql.append(" AND EXISTS (SELECT FROM ").append(tables.eventTag());
          sql.append(" o WHERE o.tag = ? AND o.position = t.position)");
        }
        yield byTag.anyOf().size() == 1
            ? sql.toString()
            : "SELECT DISTINCT position FROM (" + sql + ") d";
      }
    };
  }

  private static boolean ofATenant(@Nullable Tenant tenant) {
    return tenant != null && !tenant.equals(Tenant.DEFAULT);
  }

  private int bind(PreparedStatement statement, int before, Branch branch, Span span)
      throws SQLException {
    int at = before;
    switch (branch) {
      case Branch.ByKind byKind -> statement.setLong(++at, byKind.kind());
      case Branch.ByTag byTag when byTag.anyOf().size() == 1 ->
          statement.setLong(++at, byTag.anyOf().get(0));
      case Branch.ByTag byTag -> statement.setArray(++at, longs(byTag.anyOf()));
    }
    statement.setLong(++at, span.low());
    statement.setLong(++at, span.high());
    Tenant tenant = branch instanceof Branch.ByKind byKind ? byKind.tenant() : null;
    if (tenant != null) {
      statement.setString(++at, Text.write(tenant.name()));
    }
    if (branch instanceof Branch.ByTag byTag) {
      if (!byTag.kinds().isEmpty()) {
        statement.setArray(++at, longs(byTag.kinds()));
      }
      for (long tag : byTag.allOf()) {
        statement.setLong(++at, tag);
      }
    }
    statement.setInt(++at, span.limit());
    return at;
  }

  private EventPage page(Query query, PreparedStatement statement, Span span) throws SQLException {
    try (ResultSet rows = rows(statement, continuity)) {
      List<RecordedEvent> found = EventRow.readAll(rows);
      boolean whole = found.size() < span.limit() && bytes(found) < MAX_BYTES;
      long examined = whole ? span.end() : found.get(found.size() - 1).position();
      if (!found.stream().allMatch(query::matches)) {
        found = found.stream().filter(query::matches).toList();
      }
      return new EventPage(found, examined);
    }
  }

  private static long bytes(List<RecordedEvent> events) {
    long bytes = 0;
    for (RecordedEvent event : events) {
      bytes += event.data().length();
    }
    return bytes;
  }

  /** The newest event after a position that matches; 0: none. */
  long newestMatch(Query query, long after, long head) throws SQLException {
    long high = head;
    while (high > after) {
      EventPage page = read(query, after + 1, high, Direction.BACKWARD, 1);
      if (!page.events().isEmpty()) {
        return page.events().get(0).position();
      }
      high = page.examined() - 1;
    }
    return 0;
  }

  private Array longs(Collection<Long> values) throws SQLException {
    return connection.createArrayOf("int8", values.toArray(Long[]::new));
  }
}
