package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreLockedException;
import java.io.IOException;
import java.nio.file.FileSystemException;

/** Takes folders, and says who has one that cannot be taken. */
final class FolderLocks {
  private FolderLocks() {}

  /** The lock of a folder that a tool works on. */
  static AutoCloseable take(Disk disk) {
    try {
      return disk.lock();
    } catch (FileSystemException e) {
      if (e.getReason() == null) {
        throw unreadable(disk, e);
      }
      throw new StoreLockedException(
          "the store in " + disk.location() + " is in use by " + e.getReason() + ": stop it first",
          e);
    } catch (IOException e) {
      throw unreadable(disk, e);
    }
  }

  static StoreFailedException unreadable(Disk disk, IOException e) {
    return new StoreFailedException(
        "the store in "
            + disk.location()
            + " cannot be read: "
            + e.getMessage()
            + "; check the disk",
        e);
  }
}
