package dev.millrace.log;

import dev.millrace.core.seam.Disk;
import dev.millrace.log.internal.FolderCheck;

/**
 * Checks and counts a store that no process has open. Both take the folder's lock, read every file,
 * and change nothing.
 */
public final class LogFolder {
  private LogFolder() {}

  /**
   * Reads everything: headers, frames, checksums, the order of positions and groups, append ids,
   * and the index files against the segments. A store that is too damaged to be opened can be
   * checked.
   *
   * @throws IllegalArgumentException when there is no store in the folder
   * @throws dev.millrace.core.store.StoreLockedException when a process has the store
   * @throws dev.millrace.core.store.StoreFailedException when a file cannot be read
   */
  public static LogVerification verify(Disk disk) {
    return new FolderCheck(disk).verify();
  }

  /** Counts what is whole; throws as {@link #verify} does. */
  public static LogStatistics statistics(Disk disk) {
    return new FolderCheck(disk).statistics();
  }
}
