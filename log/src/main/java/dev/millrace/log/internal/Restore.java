package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.log.LogProgress;
import dev.millrace.log.LogRestore;
import dev.millrace.log.internal.BackupManifest.Entry;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Makes a store from a backup: the same segments, each checked against its checksum, with headers
 * of a new history epoch, since the store that was backed up went on.
 */
public final class Restore {
  private static final String WRONG_CHECKSUM = "its checksum is not that of the manifest";

  private final Disk source;
  private final Disk target;
  private final LogProgress progress;
  private final StoreInMaking making;
  private final BackupManifest manifest;
  private final StoreIdentity identity;
  private int nextEntry;
  private long doneBytes;
  private @Nullable DiskFile file;
  private @Nullable FileCopy copy;
  private boolean begun;
  private boolean keysCopied;
  private boolean ended;

  private Restore(Disk source, Disk target, Seams seams, LogProgress progress) throws IOException {
    this.source = source;
    this.target = target;
    this.progress = progress;
    BackupManifest found = BackupManifest.read(source);
    if (found == null) {
      throw new IllegalArgumentException(
          "there is no backup in "
              + source.location()
              + " (no "
              + BackupManifest.NAME
              + "); name the folder of one");
    }
    this.manifest = found;
    this.making = new StoreInMaking(target);
    making.checkEmpty();
    this.identity = StoreInMaking.newHistory(found.identity(), seams);
  }

  /** See {@link dev.millrace.log.LogFolder#restore}. */
  public static CompletableFuture<LogRestore> run(
      Disk source, Disk target, Seams seams, LogProgress progress) {
    AutoCloseable lock = FolderLocks.take(target);
    try {
      Restore restore = new Restore(source, target, seams, progress);
      return IoSeries.run(restore::next)
          .whenComplete((ended, failed) -> {
            restore.closeFile();
            Closing.quietly(lock);
          })
          .handle((ended, failed) -> restore.result(failed));
    } catch (IOException e) {
      Closing.quietly(lock);
      throw FolderLocks.unreadable(source, e);
    } catch (RuntimeException e) {
      Closing.quietly(lock);
      throw e;
    }
  }

  private @Nullable List<IoScript.Step> next() throws IOException {
    long done = doneBytes + (copy == null ? 0 : copy.copied());
    CopyProgress.report(progress, done, manifest.bytes(), target);
    if (!begun) {
      begun = true;
      return making.begin();
    }
    while (nextEntry < manifest.segments().size()) {
      Entry entry = manifest.segments().get(nextEntry);
      FileCopy current = copy == null ? begin(entry) : copy;
      copy = current;
      List<IoScript.Step> piece = current.next();
      if (piece != null) {
        return piece;
      }
      if (current.checksum() != entry.checksum()) {
        throw damaged(entry.file(), WRONG_CHECKSUM);
      }
      doneBytes += entry.bytes();
      nextEntry++;
      closeFile();
    }
    List<IoScript.Step> keys = copyKeys(manifest.keys());
    if (keys != null) {
      return keys;
    }
    if (!ended) {
      ended = true;
      return making.end();
    }
    return null;
  }

  private @Nullable List<IoScript.Step> copyKeys(BackupManifest.@Nullable Keys keys)
      throws IOException {
    if (keys == null || keysCopied) {
      return null;
    }
    if (copy == null) {
      copy =
          new FileCopy(open(keys.file(), keys.bytes()), keys.bytes(), target, KeysFile.NAME, null);
    }
    FileCopy current = copy;
    List<IoScript.Step> piece = current.next();
    if (piece == null) {
      if (current.checksum() != keys.checksum()) {
        throw damaged(keys.file(), WRONG_CHECKSUM);
      }
      keysCopied = true;
      closeFile();
    }
    return piece;
  }

  private DiskFile open(String name, int bytes) throws IOException {
    DiskFile opened;
    try {
      opened = source.open(name);
    } catch (IOException e) {
      throw damaged(name, "it cannot be opened: " + e.getMessage());
    }
    file = opened;
    if (opened.size() != bytes) {
      throw damaged(name, "it has " + opened.size() + " bytes instead of " + bytes);
    }
    return opened;
  }

  private FileCopy begin(Entry entry) throws IOException {
    DiskFile opened = open(entry.file(), entry.bytes());
    SegmentHeader header = Recovery.readHeader(opened, source);
    if (header == null
        || header.number() != entry.segment()
        || header.salt() != entry.salt()
        || !header.identity().equals(manifest.identity())) {
      throw damaged(entry.file(), "its header is not that of the segment");
    }
    byte[] page = header.in(identity).encode();
    return new FileCopy(opened, entry.bytes(), target, header.fileName(), page);
  }

  private StoreDamagedException damaged(String name, String what) {
    return new StoreDamagedException(
        "file "
            + name
            + " of the backup in "
            + source.location()
            + " is not as it was written: "
            + what
            + ". Nothing can be opened in "
            + target.location()
            + "; delete it, and restore another backup");
  }

  private void closeFile() {
    if (file != null) {
      Closing.quietly(file);
    }
    file = null;
    copy = null;
  }

  private LogRestore result(@Nullable Throwable failed) {
    CopyFailure.check(
        failed,
        "restoring " + source.location() + " to " + target.location(),
        "delete the new folder, and restore again");
    return new LogRestore(
        manifest.identity(),
        identity,
        manifest.made(),
        manifest.head(),
        manifest.segments().size(),
        manifest.bytes());
  }
}
