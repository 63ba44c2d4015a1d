package dev.millrace.postgresql.internal;

import dev.millrace.core.store.RecordedEvent;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a group's decision must know of the store, read under its lock.
 *
 * @param head position of the newest event; 0: none
 * @param lastMicros when that was recorded
 * @param known the events of those appends whose ids were used before
 * @param newestMatches for each append, by place, the newest stored event that its condition
 *     forbids; 0: none
 */
record GroupFacts(
    long head, long lastMicros, Map<UUID, List<RecordedEvent>> known, List<Long> newestMatches) {}
