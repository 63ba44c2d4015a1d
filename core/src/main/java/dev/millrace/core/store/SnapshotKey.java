package dev.millrace.core.store;

/**
 * Which state a snapshot holds. Whatever changes the meaning of the stored state changes the key,
 * so that an outdated snapshot is never found.
 *
 * @param view name of the view
 * @param version version of the view
 * @param fingerprint digest of its query, upcaster chains and the schema of its state
 * @param tenant whose state
 * @param key the entity's key
 */
public record SnapshotKey(
    String view, int version, String fingerprint, Tenant tenant, String key) {}
