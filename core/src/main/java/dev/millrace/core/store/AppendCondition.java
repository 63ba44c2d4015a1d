package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/**
 * What must not have happened for an append to go in: an event that matches the query at a position
 * after {@code after}.
 *
 * @param failIfMatches the boundary of the decision; null: no condition
 * @param after the position up to which the decision has read; 0: from the beginning. Beyond the
 *     head it is a promise about events yet to come: nothing at or before it can make the append
 *     fail
 */
public record AppendCondition(@Nullable Query failIfMatches, long after) {
  /** Always holds. */
  public static final AppendCondition NONE = new AppendCondition(null, 0);

  public AppendCondition {
    if (after < 0) {
      throw new IllegalArgumentException("after must not be negative: " + after);
    }
  }

  /** Holds when nothing matches the query after a position. */
  public static AppendCondition noneMatching(Query query, long after) {
    return new AppendCondition(query, after);
  }
}
