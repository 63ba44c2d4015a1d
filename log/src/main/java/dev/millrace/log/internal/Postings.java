package dev.millrace.log.internal;

/**
 * Ascending ordinals of events in a segment. It remembers where it was, so that seeks in one
 * direction are cheap; for use by one thread.
 */
interface Postings {
  /** Answer of a seek that finds nothing. */
  int NONE = -1;

  /** The first ordinal at or after one. */
  int ceiling(int ordinal);

  /** The last ordinal at or before one. */
  int floor(int ordinal);
}
