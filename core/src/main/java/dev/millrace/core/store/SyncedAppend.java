package dev.millrace.core.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An answer to an append that says when the disk made it durable. What {@link EventStore#append}
 * answers with may be one; it is there for traces.
 */
public interface SyncedAppend {

  /** The sync of its group, once it is answered; null: there was none. */
  @Nullable Sync sync();

  /**
   * A sync of the disk.
   *
   * @param began when the disk was asked
   * @param ended when it had answered
   */
  record Sync(Instant began, Instant ended) {}
}
