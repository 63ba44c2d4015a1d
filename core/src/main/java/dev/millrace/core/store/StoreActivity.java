package dev.millrace.core.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a store has done since it was opened, and how full it is. The figures are read one after the
 * other while the store works, so that they may differ by what happened meanwhile.
 *
 * @param groupEvents events that became durable with one sync
 * @param groupBytes bytes that became durable with one sync
 * @param syncMicros microseconds that a sync took
 * @param queue what waits for the writer
 * @param segments files of events
 * @param archivedSegments how many of these are in an archive
 * @param conflicts appends whose condition did not hold
 * @param hotTags tags of the conditions that did not hold, the most frequent first: a boundary that
 *     is too wide shows here
 * @param overloads appends that were refused because too many waited
 * @param fullRefusals appends that were refused because the disk was full
 * @param disk room on the disk; null when it is not known
 */
public record StoreActivity(
    Distribution groupEvents,
    Distribution groupBytes,
    Distribution syncMicros,
    Queue queue,
    int segments,
    int archivedSegments,
    long conflicts,
    List<HotTag> hotTags,
    long overloads,
    long fullRefusals,
    @Nullable DiskRoom disk) {
  public StoreActivity {
    hotTags = List.copyOf(hotTags);
  }

  /**
   * What waits for the writer, with what is being written.
   *
   * @param appends that wait
   * @param maxAppends one more is refused
   * @param bytes of the appends that wait
   * @param maxBytes more are refused
   */
  public record Queue(int appends, int maxAppends, long bytes, long maxBytes) {}

  /**
   * A tag of conditions that did not hold.
   *
   * @param tag {@code name:value}; empty: the condition named types only, and so covers all of the
   *     store
   * @param conflicts how often, at most
   * @param overcount by how much {@code conflicts} may be too high, since rare tags are forgotten
   */
  public record HotTag(String tag, long conflicts, long overcount) {}
}
