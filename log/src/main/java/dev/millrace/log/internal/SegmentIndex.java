package dev.millrace.log.internal;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds events of one segment. What it answers by key are candidates: different keys may share a
 * hash. An event's ordinal is its position less the segment's first.
 */
interface SegmentIndex {
  /** Where an event begins in the segment. */
  int offset(int ordinal);

  /** The candidates for a key; null when there are none. */
  @Nullable Postings postings(long key);

  /** The newest candidate for a key, or {@link Postings#NONE}. */
  int newest(long key);

  /**
   * Shows where the frames of the candidates for an append id begin, until one is accepted.
   *
   * @return whether one was
   */
  boolean findAppend(long idHash, IntPredicate frame);

  /** The hashes of the tenants that have events here. */
  long[] tenants();
}
