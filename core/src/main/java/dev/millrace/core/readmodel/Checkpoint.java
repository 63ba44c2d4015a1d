package dev.millrace.core.readmodel;

import dev.millrace.core.store.StoreIdentity;

/**
 * How far a processor is.
 *
 * @param context the bounded context
 * @param processor its name
 * @param version the version of the processor that made the rows
 * @param store the history that the position belongs to
 * @param position every event up to and including this one has been handled
 */
public record Checkpoint(
    String context, String processor, int version, StoreIdentity store, long position) {

  /** The same processor at another position. */
  public Checkpoint at(long other) {
    return new Checkpoint(context, processor, version, store, other);
  }
}
