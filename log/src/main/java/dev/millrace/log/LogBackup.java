package dev.millrace.log;

import dev.millrace.core.store.StoreIdentity;
import java.time.Instant;

/**
 * A backup as it stands in its folder.
 *
 * @param store whose events
 * @param number how often a backup was made into the folder, with this one
 * @param made when it was begun: it holds what was durable then, perhaps a little more
 * @param head position of the newest event in it; 0: there is none
 * @param segments files of events
 * @param bytes of these files
 * @param copiedSegments how many of them this backup had to copy; the others were there
 * @param copiedBytes of the files that it copied
 */
public record LogBackup(
    StoreIdentity store,
    long number,
    Instant made,
    long head,
    int segments,
    long bytes,
    int copiedSegments,
    long copiedBytes) {}
