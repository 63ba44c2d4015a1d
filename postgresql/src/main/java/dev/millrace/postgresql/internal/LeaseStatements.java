package dev.millrace.postgresql.internal;

/** The statements of {@link PostgresqlLeases}; each text is sent at once. */
final class LeaseStatements {
  /** Whoever is paused while he changes leases keeps the others waiting for so long. */
  private static final String PATIENCE = "2s";

  private final String member;
  private final String lease;
  private final long lock;

  LeaseStatements(String schema) {
    this.member = '"' + schema + "\".member";
    this.lease = '"' + schema + "\".lease";
    this.lock = Hashes.kind("millrace leases of " + schema);
  }

  /** Under which leases are changed. */
  long lock() {
    return lock;
  }

  private String table() {
    return "SELECT id, name, hosts FROM "
        + member
        + " WHERE expires > clock_timestamp() ORDER BY id; "
        + "SELECT context, processor, share, epoch, holder FROM "
        + lease
        + " ORDER BY context, processor, share; ";
  }

  /**
   * Only who is a member still can be renewed; a lost renewal costs little, so it waits for no
   * sync.
   */
  String renew() {
    return Tables.BEGIN
        + "SET LOCAL synchronous_commit = off; UPDATE "
        + member
        + " SET expires = clock_timestamp() + ? * interval '1 millisecond'"
        + " WHERE id = ? AND expires > clock_timestamp(); "
        + table()
        + "COMMIT";
  }

  /** Removes who is gone, adds or renews the member. */
  String begin() {
    return Tables.BEGIN
        + "SELECT set_config('idle_in_transaction_session_timeout', '"
        + PATIENCE
        + "', true), pg_advisory_xact_lock(?); DELETE FROM "
        + member
        + " WHERE expires <= clock_timestamp(); UPDATE "
        + lease
        + " SET holder = NULL WHERE holder IS NOT NULL AND holder NOT IN (SELECT id FROM "
        + member
        + "); INSERT INTO "
        + member
        + " AS old (id, name, expires, hosts)"
        + " VALUES (?, ?, clock_timestamp() + ? * interval '1 millisecond', ?)"
        + " ON CONFLICT (id) DO UPDATE SET expires = excluded.expires, hosts = excluded.hosts; "
        + table();
  }

  String write() {
    return "UPDATE "
        + lease
        + " l SET holder = NULL FROM unnest(?::text[], ?::text[], ?::int[])"
        + " AS r(context, processor, share) WHERE (l.context, l.processor, l.share)"
        + " = (r.context, r.processor, r.share) AND l.holder = ?; INSERT INTO "
        + lease
        + " AS old (holder, context, processor, share, epoch)"
        + " SELECT ?::uuid, * FROM unnest(?::text[], ?::text[], ?::int[], ?::bigint[])"
        + " ON CONFLICT (context, processor, share)"
        + " DO UPDATE SET holder = excluded.holder, epoch = excluded.epoch; COMMIT";
  }

  String leave() {
    return Tables.BEGIN
        + "UPDATE "
        + lease
        + " SET holder = NULL WHERE holder = ?; DELETE FROM "
        + member
        + " WHERE id = ?; COMMIT";
  }
}
