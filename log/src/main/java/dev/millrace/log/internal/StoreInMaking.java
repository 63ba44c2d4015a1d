package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder into which a store is copied. While it is, a file says so, and nobody opens it: half a
 * copy would be a store with less in it. Whoever was stopped in between deletes the folder and
 * begins again.
 */
final class StoreInMaking {
  /** There from before the first file until all of them are durable. */
  static final String UNFINISHED = "unfinished";

  private static final String LOCK = "lock";

  private final Disk target;

  StoreInMaking(Disk target) {
    this.target = target;
  }

  /**
   * A history epoch that no store had before: a copy, and what is appended to it, must never pass
   * for the original or for another copy. So it is the time, in milliseconds since 1970.
   */
  static StoreIdentity newHistory(StoreIdentity old, Seams seams) {
    return new StoreIdentity(old.id(), Math.max(old.epoch() + 1, seams.clock().millis()));
  }

  /** Refuses a folder with anything in it. */
  void checkEmpty() throws IOException {
    for (String name : target.list()) {
      if (!name.equals(LOCK)) {
        throw new IllegalArgumentException(
            "the folder "
                + target.location()
                + " is not empty ("
                + name
                + "); name a new one, so that nothing is overwritten");
      }
    }
  }

  List<IoScript.Step> begin() {
    return begin(new byte[0]);
  }

  /** With something that is known of the copy until it is finished. */
  List<IoScript.Step> begin(byte[] known) {
    DiskFile[] file = new DiskFile[1];
    List<IoScript.Step> steps = new ArrayList<>();
    steps.add(IoScript.now(() -> file[0] = target.create(UNFINISHED)));
    if (known.length > 0) {
      steps.add(completion -> file[0].write(0, ByteBuffer.wrap(known), completion));
    }
    steps.add(completion -> file[0].sync(completion));
    steps.add(IoScript.now(() -> file[0].close()));
    steps.add(target::sync);
    return steps;
  }

  /** What was said of the copy when it was begun. */
  byte[] known() throws IOException {
    DiskFile file = target.open(UNFINISHED);
    try {
      byte[] bytes = new byte[Math.toIntExact(file.size())];
      file.read(0, bytes.length).get(bytes);
      return bytes;
    } finally {
      file.close();
    }
  }

  List<IoScript.Step> end() {
    return List.of(target::sync, IoScript.now(() -> target.delete(UNFINISHED)), target::sync);
  }

  /** Refuses to open what is no store, or not yet one. */
  static void checkFinished(Disk disk, List<String> names) {
    if (names.contains(UNFINISHED)) {
      throw new StoreFailedException(
          "the store in "
              + disk.location()
              + " is a copy that was not finished; go on with 'millrace migrate' if that"
              + " made it, else delete the folder, and salvage or restore again");
    }
    if (names.contains(Scavenge.PENDING)) {
      throw new StoreFailedException(
          "a scavenge of the store in "
              + disk.location()
              + " was cut short when it was nearly done; open the store once, which finishes it");
    }
    if (names.contains(LastGroup.NAME)) {
      throw new StoreFailedException(
          "the last opening of the store in "
              + disk.location()
              + " was cut short; open the store once, which finishes it");
    }
    if (names.contains(BackupManifest.NAME)) {
      throw new StoreFailedException(
          "the folder "
              + disk.location()
              + " holds a backup, not a store; make a store from it with 'millrace log restore'");
    }
  }
}
