package dev.millrace.postgresql.internal;

import dev.millrace.core.store.AppendCondition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The transaction of a group that was decided before it began, on the head that this process left:
 * one round trip.
 *
 * <pre>{@code
 * BEGIN … READ COMMITTED; lock; is all as it was?; INSERT events, if so; INSERT tags, if so; COMMIT
 * }</pre>
 *
 * <p>Whether all is as it was is asked under the lock, by a statement of its own. If somebody else
 * has appended, an id is known, or an index has something that a condition may forbid, nothing is
 * stored, and the group is decided by a {@link GroupTransaction} on what is there.
 */
final class AheadTransaction {
  private final List<PendingAppend> group;
  private final Asked asked;
  private final GroupDecision decision;

  private AheadTransaction(List<PendingAppend> group, Asked asked, GroupDecision decision) {
    this.group = group;
    this.asked = asked;
    this.decision = decision;
  }

  /** Decides, as far as that can be done without asking; what is not known is taken for absent. */
  static AheadTransaction of(List<PendingAppend> group, RecentEvents recent, long nowMicros) {
    List<Long> known = new ArrayList<>(group.size());
    List<Long> matches = new ArrayList<>(group.size());
    for (PendingAppend pending : group) {
      AppendCondition condition = pending.append().condition();
      long match = recent.newestMatch(condition);
      known.add(match);
      matches.add(Math.max(match, 0));
    }
    Asked asked = Asked.of(group, i -> known.get(i) != RecentEvents.UNKNOWN);
    GroupFacts facts = new GroupFacts(recent.head(), recent.lastMicros(), Map.of(), matches);
    return new AheadTransaction(group, asked, GroupDecision.of(group, facts, nowMicros));
  }

  /** Whether it can be tried: there is something to store, and the indexes tell what is unknown. */
  boolean isPossible() {
    return !decision.taken().isEmpty() && asked.unclear.isEmpty();
  }

  /** What holds if it is stored. */
  GroupDecision decision() {
    return decision;
  }

  /** Stores the group, durable when it returns; false: all is not as it was, nothing is stored. */
  boolean store(
      Connection connection, Tables tables, Continuity continuity, long lock, boolean synchronous)
      throws SQLException {
    String sql =
        Tables.BEGIN
            + Tables.LOCK
            + tables.aheadGuard(asked)
            + tables.insertEvents(Tables.AHEAD)
            + tables.insertTags(Tables.AHEAD)
            + "COMMIT";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int at = 0;
      statement.setLong(++at, lock);
      statement.setObject(++at, continuity.identity().id());
      statement.setLong(++at, continuity.identity().epoch());
      statement.setString(++at, continuity.timeline());
      statement.setBoolean(++at, !synchronous);
      statement.setLong(++at, decision.firstHead());
      statement.setArray(++at, connection.createArrayOf("uuid", asked.ids));
      at = asked.bind(connection, statement, at);
      new GroupRows(decision.taken()).bind(connection, statement, at);
      statement.execute();
      GroupTransaction.nextRows(statement).close(); // of the lock
      try (ResultSet row = GroupTransaction.nextRows(statement)) {
        return row.next() && "true".equals(row.getString(1));
      }
    }
  }

  /** Nothing of it was stored. */
  void forgetDoubts() {
    group.forEach(append -> append.inDoubt = null);
  }
}
