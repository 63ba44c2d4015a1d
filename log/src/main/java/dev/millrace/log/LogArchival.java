package dev.millrace.log;

/**
 * What was moved to an archive, or back.
 *
 * @param movedSegments that were moved now
 * @param movedBytes of these
 * @param archivedSegments that are in archives now, of all segments
 * @param archivedBytes of these
 * @param segments of the store
 * @param bytes of the store
 */
public record LogArchival(
    int movedSegments,
    long movedBytes,
    int archivedSegments,
    long archivedBytes,
    int segments,
    long bytes) {}
