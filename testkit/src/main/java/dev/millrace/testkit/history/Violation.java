package dev.millrace.testkit.history;

/**
 * Something in a history that no store may do.
 *
 * @param kind what
 * @param what to whom, with positions and ids
 */
public record Violation(Kind kind, String what) {

  /** What a store may not do. */
  public enum Kind {
    /** What was acknowledged is not there, or not where it was said to be. */
    LOST,
    /** An append stands twice. */
    DUPLICATED,
    /** Positions do not ascend, or an append stands before one that was acknowledged before. */
    REORDERED,
    /** Two events were seen at one position. */
    POSITION_REUSED,
    /** Not all events of an append are there, or not together, or not as they were appended. */
    TORN,
    /** There is an event that nobody appended, or whose append was refused. */
    UNASKED,
    /** What a reader saw is not there in the end: it was shown before it was durable. */
    SEEN_TOO_EARLY,
    /** A reader did not see what had been acknowledged or seen before it asked. */
    STALE,
    /** A reader went past an event that it should have seen. */
    SKIPPED,
    /** An append went in against its condition, or was a conflict with nothing. */
    CONDITION_BROKEN
  }

  @Override
  public String toString() {
    return kind + ": " + what;
  }
}
