package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.IoCompletion;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;

/** Puts a small file in place as a whole: there is the old one or the new one, never half of it. */
final class NewFile {
  private NewFile() {}

  /**
   * Writes under another name, syncs, and renames; the folder's entry is durable after a sync of
   * the folder, which is left to the caller.
   *
   * @param unfinished the name until it is whole
   * @param bytes asked for when the file has been made
   */
  static List<IoScript.Step> steps(
      Disk disk, String unfinished, String name, Supplier<byte[]> bytes) {
    DiskFile[] file = new DiskFile[1];
    return List.of(
        IoScript.now(() -> disk.delete(unfinished)),
        IoScript.now(() -> file[0] = disk.create(unfinished)),
        completion -> file[0].write(0, ByteBuffer.wrap(bytes.get()), closing(file[0], completion)),
        completion -> file[0].sync(closing(file[0], completion)),
        IoScript.now(() -> file[0].close()),
        IoScript.now(() -> disk.rename(unfinished, name)));
  }

  /** Nobody else closes the file after a failure. */
  static IoCompletion closing(DiskFile file, IoCompletion completion) {
    return failed -> {
      if (failed != null) {
        Closing.quietly(file);
      }
      completion.completed(failed);
    };
  }
}
