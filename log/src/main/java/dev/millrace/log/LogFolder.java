package dev.millrace.log;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.Seams;
import dev.millrace.log.internal.Backup;
import dev.millrace.log.internal.FolderCheck;
import dev.millrace.log.internal.Restore;
import dev.millrace.log.internal.Salvage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Works on the files of a store that is not open in this process. */
public final class LogFolder {
  private LogFolder() {}

  /**
   * Reads everything: headers, frames, checksums, the order of positions and groups, append ids,
   * and the index files against the segments. Takes the folder's lock and changes nothing. A store
   * that is too damaged to be opened can be checked.
   *
   * @throws IllegalArgumentException when there is no store in the folder
   * @throws dev.millrace.core.store.StoreLockedException when a process has the store
   * @throws dev.millrace.core.store.StoreFailedException when a file cannot be read
   */
  public static LogVerification verify(Disk disk) {
    return new FolderCheck(disk).verify();
  }

  /** Counts what is whole; takes the lock and throws as {@link #verify} does. */
  public static LogStatistics statistics(Disk disk) {
    return new FolderCheck(disk).statistics();
  }

  /**
   * Writes what is whole of a store, however damaged, into an empty folder, as a store with the
   * same id and a new history epoch. Events keep their positions, times and ids, so that positions
   * whose events are lost stay empty. Takes both locks; changes nothing in the source. The new
   * store is durable when this returns, and cannot be opened before.
   *
   * @throws IllegalArgumentException when there is no store in the source, or anything in the
   *     target
   * @throws dev.millrace.core.store.StoreLockedException when a process has the store
   * @throws dev.millrace.core.store.StoreFailedException when a file cannot be read or written
   */
  public static LogSalvage salvage(Disk source, Disk target, Seams seams, LogProgress progress) {
    return join(salvaging(source, target, seams, progress));
  }

  /** The same as {@link #salvage}, without waiting for disks that complete later. */
  public static CompletableFuture<LogSalvage> salvaging(
      Disk source, Disk target, Seams seams, LogProgress progress) {
    return Salvage.run(source, target, seams, progress);
  }

  /**
   * Copies a store into a folder of backups: all events that were durable when it began. The store
   * may be in use by this or another process, and goes on; no lock of it is taken. Only segments
   * that an earlier backup in the folder does not have are copied, and the one that is written to.
   * What is copied is read back and checked. If it fails, an earlier backup is as it was.
   *
   * @throws IllegalArgumentException when there is no store in the source, or something else than
   *     backups of it in the target
   * @throws dev.millrace.core.store.StoreDamagedException when a segment that was to be copied is
   *     damaged
   * @throws dev.millrace.core.store.StoreLockedException when a process works on the target
   * @throws dev.millrace.core.store.StoreFailedException when a file cannot be read or written
   */
  public static LogBackup backup(Disk source, Disk target, Seams seams, LogProgress progress) {
    return join(Backup.run(source, target, seams, progress));
  }

  /**
   * Makes a store from a backup, in an empty folder: the same events at the same positions, in a
   * new history epoch, so that checkpoints, snapshots and tokens of the store that was backed up
   * are refused. Every checksum is checked. The store is durable when this returns, and cannot be
   * opened before.
   *
   * @throws IllegalArgumentException when there is no backup in the source, or anything in the
   *     target
   * @throws dev.millrace.core.store.StoreDamagedException when a file of the backup is not as it
   *     was written
   * @throws dev.millrace.core.store.StoreFailedException when a file cannot be read or written
   */
  public static LogRestore restore(Disk source, Disk target, Seams seams, LogProgress progress) {
    return join(restoring(source, target, seams, progress));
  }

  /** The same as {@link #restore}, without waiting for disks that complete later. */
  public static CompletableFuture<LogRestore> restoring(
      Disk source, Disk target, Seams seams, LogProgress progress) {
    return Restore.run(source, target, seams, progress);
  }

  private static <T> T join(CompletableFuture<T> work) {
    try {
      return work.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
