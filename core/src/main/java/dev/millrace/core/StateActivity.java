package dev.millrace.core;

/**
 * How the states that a context's decisions and reads needed were found, since it was started.
 *
 * @param cached in memory
 * @param fromSnapshot by a snapshot and the events since
 * @param fromEvents by all events of the view
 * @param refusedSnapshots snapshots that were passed over, since they could not be read or are of
 *     another history of the store
 * @param eventsRead that were folded
 */
public record StateActivity(
    long cached, long fromSnapshot, long fromEvents, long refusedSnapshots, long eventsRead) {}
