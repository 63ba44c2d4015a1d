package dev.millrace.log.internal;

import java.io.IOException;

/**
 * A sync failed, for whatever reason. What had been written before it may be gone although reads
 * show it and a second sync succeeds, so that the store must stop.
 */
final class SyncFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  private SyncFailedException(IOException cause) {
    super("sync failed: " + cause.getMessage(), cause);
  }

  /** A step that syncs. */
  static IoScript.Step sync(IoScript.Step sync) {
    return completion ->
        sync.submit(failure ->
            completion.completed(failure == null ? null : new SyncFailedException(failure)));
  }
}
