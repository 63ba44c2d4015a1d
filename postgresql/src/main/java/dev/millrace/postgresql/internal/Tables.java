package dev.millrace.postgresql.internal;

import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.List;

/**
 * The statements, with the names of the tables written out: nothing relies on a search path, which
 * belongs to a session.
 */
final class Tables {
  private final String prefix;

  Tables(String schema) {
    this.prefix = '"' + schema + "\".";
  }

  String store() {
    return prefix + "store";
  }

  String event() {
    return prefix + "event";
  }

  String eventTag() {
    return prefix + "event_tag";
  }

  String snapshot() {
    return prefix + "snapshot";
  }

  /** Which history the database holds: identity and timeline. Precedes what is read. */
  String history() {
    return "SELECT id, epoch, " + TIMELINE + " FROM " + store() + "; ";
  }

  /** The position of the newest event. */
  String head() {
    return "SELECT coalesce(max(position), 0) FROM " + event();
  }

  /** Whatever the server's defaults are. */
  static final String BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ";

  /**
   * The lock of the store until the end of the transaction, as a statement of its own: those after
   * it see what the one before had committed. A process that is paused in the transaction loses it.
   * What is answered is durable, whatever the server's default.
   */
  static final String LOCK =
      "SELECT pg_advisory_xact_lock(?),"
          + " set_config('idle_in_transaction_session_timeout', '10s', true),"
          + " CASE WHEN current_setting('synchronous_commit') = 'off'"
          + " THEN set_config('synchronous_commit', 'on', true) END; ";

  /** Where the log is written now. */
  static final String TIMELINE = "left(pg_walfile_name(pg_current_wal_lsn()), 8)";

  /** Identity, place and head. */
  String state() {
    return "SELECT s.id, s.epoch, "
        + TIMELINE
        + ", "
        + REPLICATED
        + ", e.position, e.micros, s.moved_to"
        + " FROM "
        + store()
        + " s LEFT JOIN LATERAL (SELECT position, micros FROM "
        + event()
        + " ORDER BY position DESC LIMIT 1) e ON true; ";
  }

  /** Whether a synchronous standby is named. */
  private static final String REPLICATED =
      "(current_setting('synchronous_standby_names') <> ''"
          + " AND current_setting('synchronous_commit') <> 'local')";

  /**
   * Whether all is as it was when a group was decided ahead: the history, the head, and that
   * neither the ids nor what the conditions forbid are there. Says so to the transaction's other
   * statements. Counts are compared, for the planner expects to find what is asked for soon, and
   * here it is not.
   */
  String aheadGuard(Asked asked) {
    StringBuilder sql = new StringBuilder(512);
    sql.append("SELECT set_config('millrace.ahead', (s.id = ? AND s.epoch = ? AND ")
        .append(TIMELINE)
        .append(" = ? AND (? OR ")
        .append(REPLICATED)
        .append(") AND s.moved_to IS NULL AND coalesce((SELECT max(position) FROM ")
        .append(event())
        .append("), 0) = ? AND (SELECT count(*) FROM ")
        .append(event())
        .append(" WHERE ordinal = 0 AND append = ANY(?)) = 0");
    for (String candidates : positions(asked)) {
      sql.append(" AND (SELECT count(*) FROM ").append(candidates).append(") = 0");
    }
    return sql.append(")::text, true) FROM ").append(store()).append(" s; ").toString();
  }

  private List<String> positions(Asked asked) {
    List<String> positions = new ArrayList<>();
    if (!asked.tags.isEmpty()) {
      positions.add(tagPositions());
    }
    if (!asked.kinds.isEmpty()) {
      positions.add(kindPositions());
    }
    if (!asked.tenantKinds.isEmpty()) {
      positions.add(tenantKindPositions());
    }
    return positions;
  }

  /** Holds in a transaction of which {@link #aheadGuard} said that all is as it was. */
  static final String AHEAD = " WHERE current_setting('millrace.ahead', true) = 'true'";

  /** The first and last position of appends that are known, by id. */
  String knownAppends() {
    return "SELECT append, position, last_position FROM "
        + event()
        + " WHERE ordinal = 0 AND append = ANY(?); ";
  }

  /** The newest event after a position that has a tag and, where kinds are named, one of them. */
  String tagCandidates() {
    return candidates(tagPositions());
  }

  private String tagPositions() {
    return newest(
        "unnest(?::int[], ?::bigint[], ?::bigint[], ?::int[], ?::int[]) AS c(n, tag, after, low, high)",
        "SELECT t.position FROM "
            + eventTag()
            + " t WHERE t.tag = c.tag AND t.position > c.after AND (c.high = 0 OR t.kind = ANY("
            + "(?::bigint[])[c.low:c.high])) ORDER BY t.position DESC LIMIT 1");
  }

  /** The newest event after a position that is of a type, whoever's it is. */
  String kindCandidates() {
    return candidates(kindPositions());
  }

  private String kindPositions() {
    return newest(
        "unnest(?::int[], ?::bigint[], ?::bigint[]) AS c(n, kind, after)",
        "SELECT k.position FROM "
            + event()
            + " k WHERE k.kind = c.kind AND k.position > c.after ORDER BY k.position DESC LIMIT 1");
  }

  /** The newest event after a position that is of a type and a tenant's. */
  String tenantKindCandidates() {
    return candidates(tenantKindPositions());
  }

  private String tenantKindPositions() {
    return newest(
        "unnest(?::int[], ?::bigint[], ?::bigint[], ?::text[]) AS c(n, kind, after, tenant)",
        "SELECT k.position FROM "
            + event()
            + " k WHERE k.kind = c.kind AND k.position > c.after AND k.tenant = c.tenant"
            + OF_A_TENANT.replace("tenant", "k.tenant")
            + " ORDER BY k.position DESC LIMIT 1");
  }

  /** The condition of the index of types by tenant. */
  static final String OF_A_TENANT = " AND tenant <> '" + Tenant.DEFAULT.name() + "'";

  private static String newest(String asked, String newest) {
    return asked + " CROSS JOIN LATERAL (" + newest + ") m";
  }

  /** OFFSET 0 keeps each look-up one by key. */
  private String candidates(String positions) {
    return "SELECT c.n, m.position, e.tenant, e.type, e.tags FROM "
        + positions
        + " CROSS JOIN LATERAL (SELECT tenant, type, tags FROM "
        + event()
        + " e WHERE e.position = m.position OFFSET 0) e; ";
  }

  /** All events of some ranges of positions. */
  String ranges() {
    return "SELECT e.* FROM unnest(?::bigint[], ?::bigint[]) AS r(first, last)"
        + " CROSS JOIN LATERAL (SELECT "
        + EventRow.COLUMNS
        + " FROM "
        + event()
        + " e WHERE e.position BETWEEN r.first AND r.last OFFSET 0) e ORDER BY e.position";
  }

  /** If something holds; empty: in any case. */
  String insertEvents(String where) {
    return "INSERT INTO "
        + event()
        + " (position, micros, kind, last_position, append, ordinal, schema_version, type, tenant,"
        + " tags, data, correlation_id, causation_id, traceparent, actor, command_digest,"
        + " command_id, command_type, command) SELECT * FROM unnest(?::bigint[],"
        + " ?::bigint[],"
        + " ?::bigint[], ?::bigint[], ?::uuid[], ?::int[], ?::int[], ?::text[], ?::text[],"
        + " ?::text[], ?::bytea[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[],"
        + " ?::text[], ?::text[], ?::bytea[])"
        + where
        + "; ";
  }

  /** If something holds; empty: in any case. */
  String insertTags(String where) {
    return "INSERT INTO "
        + eventTag()
        + " (tag, position, kind) SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::bigint[])"
        + where
        + "; ";
  }

  String find() {
    return "SELECT position, last_position, micros, correlation_id, causation_id, traceparent,"
        + " actor, command_digest, command_id, command_type, command FROM "
        + event()
        + " WHERE ordinal = 0 AND append = ?";
  }

  String findSnapshot() {
    return "SELECT position, state FROM "
        + snapshot()
        + " WHERE key = ? AND store = ? AND epoch = ?";
  }

  /** Every snapshot of a history whose key is known. */
  String eachSnapshot() {
    return "SELECT name, version, fingerprint, tenant, entity FROM "
        + snapshot()
        + " WHERE store = ? AND epoch = ? AND name IS NOT NULL";
  }

  /** Whole appends with all that is known of them, beginning after a position. */
  String appends() {
    return "SELECT "
        + EventRow.COLUMNS
        + ", last_position, command_digest, command_id, command_type, command FROM (SELECT *,"
        + " sum(octet_length(data)) OVER (ORDER BY position ROWS UNBOUNDED PRECEDING)"
        + " - octet_length(data) AS before FROM (SELECT * FROM "
        + event()
        + " WHERE position > ? ORDER BY position LIMIT ?) r) b WHERE before < "
        + Reads.MAX_BYTES
        + " ORDER BY position";
  }

  /** The same between two positions, however large. */
  String wholeAppend() {
    return "SELECT "
        + EventRow.COLUMNS
        + ", last_position, command_digest, command_id, command_type, command FROM "
        + event()
        + " WHERE position > ? AND position <= ? ORDER BY position";
  }

  /** Where the events go on: address, copy and turn. */
  String movedTo() {
    return "SELECT moved_to, moved_copy, moved_turn FROM " + store() + "; ";
  }

  /** They go on there, unless they go elsewhere, or a later run has taken over. */
  String leave() {
    return "UPDATE "
        + store()
        + " SET moved_to = ?, moved_copy = ?, moved_turn = ? WHERE moved_to IS NULL"
        + " OR (moved_to = ? AND moved_copy = ? AND moved_turn <= ?); ";
  }

  /** They go on here, if exactly that is where they went. */
  String stay() {
    return "UPDATE "
        + store()
        + " SET moved_to = NULL, moved_copy = NULL, moved_turn = NULL"
        + " WHERE moved_to = ? AND moved_copy = ? AND moved_turn = ?; ";
  }

  /** The head of a store that arrives, and the run that fills it. */
  String arrival() {
    return "SELECT coalesce((SELECT max(position) FROM "
        + event()
        + "), 0), copy_turn FROM "
        + store();
  }

  /** The next run takes over; of a copy that was begun before copies had ids, with an id. */
  String takeOver() {
    return "UPDATE "
        + store()
        + " SET copy_id = coalesce(copy_id, ?), copy_turn = copy_turn + 1 WHERE arriving";
  }

  /** It has arrived, if nobody took over. */
  String arrived() {
    return "UPDATE " + store() + " SET arriving = false WHERE arriving AND copy_turn = ?; ";
  }

  /** Snapshots without the parts of their keys that say how far something is. */
  String namelessCheckpoints() {
    return "SELECT view, entity FROM "
        + snapshot()
        + " WHERE store = ? AND epoch = ? AND name IS NULL AND view LIKE 'millrace:%' ORDER BY 1, 2";
  }

  /** The newest of a history wins; another history's is replaced. */
  String saveSnapshot() {
    return "INSERT INTO "
        + snapshot()
        + " AS old (key, store, epoch, position, state, view, entity, name, version, fingerprint,"
        + " tenant) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        + " ON CONFLICT (key) DO UPDATE SET store = excluded.store, epoch = excluded.epoch,"
        + " position = excluded.position, state = excluded.state, view = excluded.view,"
        + " entity = excluded.entity, name = excluded.name, version = excluded.version,"
        + " fingerprint = excluded.fingerprint, tenant = excluded.tenant WHERE (old.store, old.epoch) <> (excluded.store,"
        + " excluded.epoch) OR old.position <= excluded.position";
  }

  String bytes() {
    return "SELECT pg_total_relation_size('"
        + event()
        + "') + pg_total_relation_size('"
        + eventTag()
        + "')";
  }
}
