package dev.millrace.log;

import dev.millrace.core.store.StoreIdentity;
import java.time.Instant;

/**
 * A store that was made from a backup.
 *
 * @param backup store id and history epoch of the store that was backed up
 * @param made the same id, and the new history epoch
 * @param backedUp when the backup was made
 * @param head position of the newest event; 0: there is none
 * @param segments files of events
 * @param bytes of these files
 */
public record LogRestore(
    StoreIdentity backup,
    StoreIdentity made,
    Instant backedUp,
    long head,
    int segments,
    long bytes) {}
