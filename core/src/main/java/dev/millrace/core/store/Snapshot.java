package dev.millrace.core.store;

/**
 * A view's state at a position.
 *
 * @param key which state
 * @param store the history that the position belongs to
 * @param position every event up to and including this one has been folded
 * @param state the encoded state
 */
public record Snapshot(SnapshotKey key, StoreIdentity store, long position, Bytes state) {}
