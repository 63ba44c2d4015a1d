package dev.millrace.log.internal;

import dev.millrace.core.personal.SubjectKeysException;
import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreLockedException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a folder of keys, and finishes what a crash has left: a torn end, secrets to overwrite. */
final class KeyFolderOpening {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFolderOpening.class);

  private final Disk disk;
  private final Seams seams;
  private final CompletableFuture<KeyFolder> result = new CompletableFuture<>();
  private final IoScript script = new IoScript(this::advance);

  KeyFolderOpening(Disk disk, Seams seams) {
    this.disk = disk;
    this.seams = seams;
  }

  CompletableFuture<KeyFolder> open() {
    AutoCloseable lock;
    try {
      lock = lock();
    } catch (MillraceException e) {
      return CompletableFuture.failedFuture(e);
    }
    try {
      if (disk.list().stream().anyMatch(SegmentHeader::isSegment)) {
        throw new IllegalArgumentException(
            "there is an event store in "
                + disk.location()
                + ": keys must be kept apart from what they seal, or a copy of the folder brings"
                + " back what was forgotten; choose another folder");
      }
      if (disk.list().contains(KeyFile.NAME)) {
        repair(lock);
      } else {
        create(lock);
      }
      advance();
    } catch (IOException e) {
      fail(lock, failure(e));
    } catch (RuntimeException e) {
      fail(lock, e);
    }
    return result;
  }

  private AutoCloseable lock() {
    try {
      return disk.lock();
    } catch (FileSystemException e) {
      String holder = e.getReason() == null ? "another process" : e.getReason();
      throw new StoreLockedException(
          "the keys in " + disk.location() + " are in use by " + holder + ": stop that one", e);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void create(AutoCloseable lock) {
    long micros = FrameView.micros(seams.clock().instant());
    List<IoScript.Step> steps =
        new ArrayList<>(
            NewFile.steps(
                disk,
                KeyFile.UNFINISHED,
                KeyFile.NAME,
                () -> KeyFile.header(seams.newId(), micros)));
    steps.add(disk::sync);
    script.start(
        steps,
        failed -> {
          try {
            if (failed != null) {
              throw failed;
            }
            DiskFile file = disk.open(KeyFile.NAME);
            ready(file, lock, new KeyScan(file, disk.location()).scan());
          } catch (IOException e) {
            fail(lock, failure(e));
          } catch (RuntimeException e) {
            fail(lock, e);
          }
        });
  }

  private void repair(AutoCloseable lock) throws IOException {
    DiskFile file = disk.open(KeyFile.NAME);
    try {
      KeyScan.Found found = new KeyScan(file, disk.location()).scan();
      script.start(steps(file, found), failed -> repaired(file, lock, found, failed));
    } catch (IOException | RuntimeException e) {
      Closing.quietly(file);
      throw e;
    }
  }

  private List<IoScript.Step> steps(DiskFile file, KeyScan.Found found) throws IOException {
    List<IoScript.Step> steps = new ArrayList<>();
    long torn = file.size() - found.end();
    if (torn > 0) {
      LOG.warn(
          "the keys in {} end with {} bytes that a crash has left, and are cut",
          disk.location(),
          torn);
      steps.add(IoScript.now(() -> file.truncate(found.end())));
    }
    steps.add(file::sync); // what was found must stay: it may have been written, but not synced
    steps.add(disk::sync);
    steps.addAll(KeyFolder.erasing(file, found.toErase()));
    return steps;
  }

  private void repaired(
      DiskFile file, AutoCloseable lock, KeyScan.Found found, @Nullable IOException failed) {
    if (failed != null) {
      Closing.quietly(file);
      fail(lock, failure(failed));
      return;
    }
    ready(file, lock, found);
  }

  private void ready(DiskFile file, AutoCloseable lock, KeyScan.Found found) {
    result.complete(new KeyFolder(disk, seams, file, lock, found));
  }

  private void advance() {
    script.advance();
  }

  private void fail(AutoCloseable lock, RuntimeException failure) {
    Closing.quietly(lock);
    result.completeExceptionally(failure);
  }

  private SubjectKeysException failure(IOException cause) {
    return new SubjectKeysException(
        "the keys in "
            + disk.location()
            + " could not be opened ("
            + cause.getMessage()
            + "); check the disk, then open them again",
        cause);
  }
}
