package dev.millrace.log;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a store holds.
 *
 * @param events how many
 * @param appends how many
 * @param segments how many files of events
 * @param bytes of frames, without what is prepared for the next ones
 * @param archivedSegments how many of the segments are in archives
 * @param scavenges what was removed, when, and by whom: a line for each time
 * @param eventsByType type → events, by name
 * @param tags how many different tags
 * @param first when the first append was recorded; null when there is none
 * @param last when the last append was recorded; null when there is none
 */
public record LogStatistics(
    long events,
    long appends,
    int segments,
    long bytes,
    int archivedSegments,
    List<String> scavenges,
    Map<String, Long> eventsByType,
    long tags,
    @Nullable Instant first,
    @Nullable Instant last) {
  public LogStatistics {
    scavenges = List.copyOf(scavenges);
    eventsByType = java.util.Collections.unmodifiableMap(new TreeMap<>(eventsByType));
  }
}
