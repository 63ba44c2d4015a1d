package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreOverloadedException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots as files of a folder, one for each key, replaced by renaming.
 *
 * <p>One save runs at a time, beside the writer and never on its thread; the others wait in order,
 * at most {@link #MAX_WAITING}.
 */
final class FolderSnapshots implements SnapshotStore {
  private static final Logger LOG = LoggerFactory.getLogger(FolderSnapshots.class);
  private static final String FOLDER = "snapshots";
  private static final String UNFINISHED = "unfinished";
  private static final int MAX_WAITING = 10_000;

  private final Disk disk;
  private final Seams seams;
  private final StoreIdentity identity;
  private final SnapshotKeys keys;
  private final IoScript script = new IoScript(this::advance);
  private final Deque<Saving> waiting = new ArrayDeque<>();
  private volatile @Nullable Disk folder;
  private @Nullable Saving current;
  private @Nullable CompletableFuture<Void> drained;

  /** A save that waits or runs. */
  private record Saving(Snapshot snapshot, CompletableFuture<Void> done) {}

  FolderSnapshots(Disk disk, Seams seams, StoreIdentity identity, SnapshotKeys keys) {
    this.disk = disk;
    this.seams = seams;
    this.identity = identity;
    this.keys = keys;
  }

  private Disk folder() throws IOException {
    Disk there = folder;
    if (there == null) {
      there = disk.folder(FOLDER);
      folder = there;
    }
    return there;
  }

  @Override
  public Optional<Snapshot> find(SnapshotKey key) {
    try {
      return read(SnapshotFile.name(key, keys))
          .filter(found -> found.key().equals(key) && found.store().equals(identity));
    } catch (IOException | RuntimeException e) {
      LOG.warn("a snapshot of {} could not be read and counts as absent: {}", key, e.toString());
      return Optional.empty();
    }
  }

  /**
   * Whether a file says how far something is, instead of keeping a state.
   *
   * @param keys of the segments of an encrypted store
   */
  static boolean isCheckpoint(Disk folder, String name, SnapshotKeys.SegmentKeys keys)
      throws IOException {
    byte[] bytes = bytes(folder, name);
    byte[] opened = bytes == null ? null : SnapshotKeys.open(bytes, keys);
    byte[] plain = opened == null ? bytes : opened;
    Snapshot found = plain == null ? null : SnapshotFile.decode(plain);
    return found != null && found.key().view().startsWith("millrace:");
  }

  private Optional<Snapshot> read(String name) throws IOException {
    byte[] bytes = bytes(folder(), name);
    byte[] plain = bytes == null ? null : keys.open(bytes);
    return plain == null ? Optional.empty() : Optional.ofNullable(SnapshotFile.decode(plain));
  }

  private static byte @Nullable [] bytes(Disk folder, String name) throws IOException {
    DiskFile file;
    try {
      file = folder.open(name);
    } catch (NoSuchFileException e) {
      return null;
    }
    try {
      byte[] bytes = new byte[Math.toIntExact(file.size())];
      if (bytes.length > 0) {
        file.read(0, bytes.length).get(bytes);
      }
      return bytes;
    } finally {
      file.close();
    }
  }

  @Override
  public CompletableFuture<Void> save(Snapshot snapshot) {
    if (!snapshot.store().equals(identity)) {
      return CompletableFuture.completedFuture(null); // it could never be found here
    }
    Saving saving = new Saving(snapshot, new CompletableFuture<>());
    synchronized (waiting) {
      if (drained != null) {
        return CompletableFuture.failedFuture(
            new StoreClosedException("the store in " + disk.location() + " is closed"));
      }
      if (waiting.size() >= MAX_WAITING) {
        return CompletableFuture.failedFuture(
            new StoreOverloadedException(
                "the store in "
                    + disk.location()
                    + " has "
                    + MAX_WAITING
                    + " snapshots waiting; this one was not saved: try again later"));
      }
      waiting.add(saving);
    }
    next();
    return saving.done();
  }

  /** Begins the next save when none runs. */
  private void next() {
    synchronized (waiting) {
      if (current != null) {
        return;
      }
      current = waiting.poll();
      if (current == null) {
        if (drained != null) {
          drained.complete(null);
        }
        return;
      }
    }
    CompletableFuture<Void> unused =
        seams
            .scheduler()
            .call(
                "millrace-log-snapshot",
                () -> {
                  begin();
                  return null;
                });
  }

  private void begin() {
    Saving saving = current();
    try {
      if (find(saving.snapshot().key())
          .filter(there -> there.position() > saving.snapshot().position())
          .isPresent()) {
        ended(null);
        return;
      }
      script.start(steps(saving.snapshot()), this::ended);
      advance();
    } catch (IOException e) {
      ended(e);
    } catch (RuntimeException e) {
      ended(new IOException(e));
    }
  }

  private Saving current() {
    synchronized (waiting) {
      return java.util.Objects.requireNonNull(current);
    }
  }

  private void advance() {
    script.advance();
  }

  private List<IoScript.Step> steps(Snapshot snapshot) throws IOException {
    Disk folder = folder();
    String name = SnapshotFile.name(snapshot.key(), keys);
    List<IoScript.Step> steps =
        new ArrayList<>(
            NewFile.steps(
                folder, UNFINISHED, name, () -> keys.seal(SnapshotFile.encode(snapshot))));
    steps.add(folder::sync);
    steps.add(disk::sync);
    return steps;
  }

  private void ended(@Nullable IOException failed) {
    Saving saving = current();
    synchronized (waiting) {
      current = null;
    }
    if (failed == null) {
      saving.done().complete(null);
    } else {
      String message =
          "a snapshot in " + disk.location() + " could not be saved: " + failed.getMessage();
      saving
          .done()
          .completeExceptionally(
              DiskFullException.isFull(failed)
                  ? new StoreFullException(message + "; make room", failed)
                  : new StoreFailedException(message + "; check the disk", failed));
    }
    next();
  }

  /** The steps that delete all snapshots of a store that had none encrypted. */
  static List<IoScript.Step> deleteAll(Disk disk) throws IOException {
    Disk there = disk.folder(FOLDER);
    List<IoScript.Step> steps = new ArrayList<>();
    for (String name : there.list()) {
      steps.add(IoScript.now(() -> there.delete(name)));
    }
    if (!steps.isEmpty()) {
      steps.add(there::sync);
    }
    return steps;
  }

  /** Takes no more, and completes when the last save has ended. */
  CompletableFuture<Void> drain() {
    CompletableFuture<Void> result;
    synchronized (waiting) {
      if (drained == null) {
        drained = new CompletableFuture<>();
      }
      result = drained;
    }
    next();
    return result;
  }
}
