package dev.millrace.log.internal;

import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the index of a sealed segment that has none, until there is one: whoever needs it
 * reads the whole segment. {@link Rereading} keeps the few that were needed last.
 */
final class MissingIndex implements RunIndex {
  private final Segment segment;
  private final SegmentHeader next;
  private final Rereading rereading;

  /**
   * A stand-in.
   *
   * @param next header of the segment after it, which says where this one ends
   */
  MissingIndex(Segment segment, SegmentHeader next, Rereading rereading) {
    this.segment = segment;
    this.next = next;
    this.rereading = rereading;
  }

  Segment segment() {
    return segment;
  }

  SegmentHeader next() {
    return next;
  }

  /**
   * The index, from the bytes of the segment.
   *
   * @throws dev.millrace.core.store.StoreDamagedException when the segment is not whole
   */
  ActiveIndex read() {
    return rereading.read(this);
  }

  @Override
  public int offset(int ordinal) {
    return read().offset(ordinal);
  }

  @Override
  public @Nullable Postings postings(long key) {
    return read().postings(key);
  }

  @Override
  public boolean findAppend(long idHash, IntPredicate firstEvent) {
    return read().findAppend(idHash, firstEvent);
  }

  @Override
  public long[] tenants() {
    return read().tenants();
  }
}
