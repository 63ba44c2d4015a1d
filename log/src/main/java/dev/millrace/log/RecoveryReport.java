package dev.millrace.log;

import org.jspecify.annotations.Nullable;

/**
 * What was found when a store was opened.
 *
 * @param created whether there was no store, so that one was made
 * @param clean whether the store had been closed
 * @param lastGroupProven whether a marker proves that the last group is as it was written. If not,
 *     the process had ended while appends were made: every append that was answered is there,
 *     unless the disk has since lost what it had confirmed, which nothing could tell
 * @param head position of the newest event
 * @param segments how many
 * @param tornFile the file whose torn end was cut off; null when none was
 * @param tornOffset where it was cut
 * @param tornBytes how many bytes that were not zero, or between some that were not, were cut off
 * @param rebuiltIndexes how many indexes of sealed segments were missing or damaged, and made again
 */
public record RecoveryReport(
    boolean created,
    boolean clean,
    boolean lastGroupProven,
    long head,
    int segments,
    @Nullable String tornFile,
    long tornOffset,
    long tornBytes,
    int rebuiltIndexes) {}
