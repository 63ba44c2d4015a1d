package dev.millrace.log.internal;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds events of a {@link Run}. What it answers by key are candidates: different keys may share a
 * hash. An event's ordinal is its position less that of the run's first.
 */
interface RunIndex {
  /** Where an event begins in its segment; in an encrypted one, where its frame does. */
  int offset(int ordinal);

  /** The candidates for a key; null when there are none. */
  @Nullable Postings postings(long key);

  /**
   * Shows the first events of the appends that are candidates for an id, until one is accepted.
   *
   * @return whether one was
   */
  boolean findAppend(long idHash, IntPredicate firstEvent);

  /** The hashes of the tenants that have events here. */
  long[] tenants();

  /** Begins to read what tells whether there is a key; see {@link ReadAhead}. */
  default void expectFilter(long key) {}

  /** Begins to read where a key should be, if there is one. */
  default void expectKey(long key) {}

  /** Begins to read the first postings of a key. */
  default void expectPostings(long key) {}

  /** Begins to read the offset of an event. */
  default void expectOffset(int ordinal) {}
}
