package dev.millrace.log;

import dev.millrace.core.store.StoreIdentity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a salvage took over, and what it could not.
 *
 * @param source store id and history epoch of the damaged store; null when no header was whole, so
 *     that the new store has a new id, too
 * @param made store id and history epoch of the new store
 * @param events how many were taken over
 * @param appends how many were taken over, each with all of its events
 * @param segments files of events in the new store
 * @param bytes of frames in it
 * @param lost places of the source that are not whole, at most {@link #MAX_LISTED}
 * @param lostPlaces how many such places there are
 * @param missing positions below the new store's head that had an event and have none now, at most
 *     {@link #MAX_LISTED} ranges
 * @param missingPositions how many such positions there are
 */
public record LogSalvage(
    @Nullable StoreIdentity source,
    StoreIdentity made,
    long events,
    long appends,
    int segments,
    long bytes,
    List<Lost> lost,
    long lostPlaces,
    List<Missing> missing,
    long missingPositions) {
  /** Most entries of {@link #lost} and of {@link #missing}. */
  public static final int MAX_LISTED = 1_000;

  public LogSalvage {
    lost = List.copyOf(lost);
    missing = List.copyOf(missing);
  }

  /** Whether everything was whole. */
  public boolean complete() {
    return lostPlaces == 0 && missingPositions == 0;
  }

  /**
   * Bytes that were not taken over.
   *
   * @param file its name in the source
   * @param from first byte
   * @param to the byte after the last
   * @param what is wrong there
   */
  public record Lost(String file, long from, long to, String what) {}

  /** Positions without an event, first to last. */
  public record Missing(long first, long last) {}
}
