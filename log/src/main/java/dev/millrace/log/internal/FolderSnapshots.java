package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreKeyException;
import dev.millrace.core.store.StoreOverloadedException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
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

  /** What the view of a snapshot begins with that says how far something is. */
  private static final String CHECKPOINTS = "millrace:";

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
      return read(key);
    } catch (IOException | RuntimeException e) {
      if (isCheckpoint(key)) {
        throw unreadable(key, e);
      }
      LOG.warn("a snapshot of {} could not be read and counts as absent: {}", key, e.toString());
      return Optional.empty();
    }
  }

  private static boolean isCheckpoint(SnapshotKey key) {
    return key.view().startsWith(CHECKPOINTS);
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
    return found != null && isCheckpoint(found.key());
  }

  /**
   * Every snapshot of this history. One that cannot be read may say how far something is, so that
   * it is not passed over.
   */
  void each(Consumer<Snapshot> sink) {
    try {
      for (String name : folder().list()) {
        if (name.endsWith(SnapshotFile.SUFFIX)) {
          Snapshot found = decoded(name);
          if (found.store().equals(identity)) {
            sink.accept(found);
          }
        }
      }
    } catch (IOException e) {
      throw FolderLocks.unreadable(disk, e);
    }
  }

  private Snapshot decoded(String name) throws IOException {
    byte[] bytes = bytes(folder(), name);
    byte[] plain = bytes == null ? null : keys.open(bytes);
    Snapshot found = plain == null ? null : SnapshotFile.decode(plain);
    if (found == null) {
      throw new StoreDamagedException(
          "file snapshots/"
              + name
              + " in "
              + disk.location()
              + " is not as it was written, and may say how far a reaction is; put it back from a"
              + " backup, or delete it");
    }
    return found;
  }

  private Optional<Snapshot> read(SnapshotKey key) throws IOException {
    String name = SnapshotFile.name(key, keys);
    byte[] bytes = bytes(folder(), name);
    if (bytes == null) {
      return Optional.empty();
    }
    byte[] plain = keys.open(bytes);
    Snapshot found = plain == null ? null : SnapshotFile.decode(plain);
    if (found == null && isCheckpoint(key)) {
      throw new StoreDamagedException(
          "file snapshots/"
              + name
              + " in "
              + disk.location()
              + " is not as it was written, or the key is lost that it was encrypted with");
    }
    return Optional.ofNullable(found)
        .filter(one -> one.key().equals(key) && one.store().equals(identity));
  }

  /** Whoever took it for absent would begin anew, and repeat what was done. */
  private MillraceException unreadable(SnapshotKey key, Exception cause) {
    String what = "how far '" + key.key() + "' is cannot be read: " + cause.getMessage();
    if (cause instanceof StoreDamagedException) {
      return new StoreDamagedException(
          what
              + ". Put the file back from a backup, or say where it goes on: with reset or skip, or"
              + " with 'millrace log reconcile' while the store is closed",
          cause);
    }
    return cause instanceof StoreKeyException
        ? new StoreKeyException(what, cause)
        : new StoreFailedException(
            what + "; check the disk of " + disk.location() + ", then try again", cause);
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
      if (hasNewerThan(saving.snapshot())) {
        ended(null);
        return;
      }
      script.start(steps(saving.snapshot()), this::failed);
      advance();
    } catch (IOException e) {
      failed(e);
    } catch (MillraceException e) {
      ended(e);
    } catch (RuntimeException e) {
      failed(new IOException(e));
    }
  }

  private boolean hasNewerThan(Snapshot snapshot) {
    try {
      return find(snapshot.key())
          .filter(there -> there.position() > snapshot.position())
          .isPresent();
    } catch (StoreDamagedException replaced) {
      return false;
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

  private void failed(@Nullable IOException failed) {
    if (failed == null) {
      ended(null);
      return;
    }
    String message =
        "a snapshot in " + disk.location() + " could not be saved: " + failed.getMessage();
    ended(
        DiskFullException.isFull(failed)
            ? new StoreFullException(message + "; make room", failed)
            : new StoreFailedException(message + "; check the disk", failed));
  }

  private void ended(@Nullable MillraceException failed) {
    Saving saving = current();
    synchronized (waiting) {
      current = null;
    }
    if (failed == null) {
      saving.done().complete(null);
    } else {
      saving.done().completeExceptionally(failed);
    }
    next();
  }

  /**
   * The steps before the first encrypted segment of a plain store is made: how far something is, is
   * written once more, encrypted. States are not; they are made again when they are missed.
   *
   * @param header of that segment
   * @throws StoreDamagedException when a file cannot be read: it could say how far something is
   */
  static List<IoScript.Step> sealCheckpoints(
      Disk disk, SegmentHeader header, SegmentKey key, RandomGenerator random) throws IOException {
    Disk there = disk.folder(FOLDER);
    List<IoScript.Step> steps = new ArrayList<>();
    for (String name : there.list()) {
      byte[] bytes = name.equals(UNFINISHED) ? null : bytes(there, name);
      if (bytes == null || SnapshotKeys.isSealed(bytes)) {
        continue; // sealed by an attempt that did not come to its end, with a key that is gone
      }
      Snapshot found = SnapshotFile.decode(bytes);
      if (found == null) {
        throw new StoreDamagedException(
            "file snapshots/"
                + name
                + " in "
                + disk.location()
                + " is not as it was written, so that it cannot be encrypted. It may say how far a"
                + " reaction is: put it back from a backup; or delete it, if reactions may begin"
                + " again with the first event");
      }
      if (isCheckpoint(found.key())) {
        byte[] sealed = SnapshotKeys.seal(bytes, header, key, random);
        steps.addAll(
            NewFile.steps(
                there, UNFINISHED, SnapshotFile.name(found.key(), key.hash()), () -> sealed));
      }
    }
    steps.add(there::sync);
    steps.add(disk::sync);
    return steps;
  }

  /** The steps that delete what is not encrypted, when the store is. */
  static List<IoScript.Step> deletePlain(Disk disk) {
    return List.of(
        IoScript.now(() -> {
          Disk there = disk.folder(FOLDER);
          for (String name : there.list()) {
            byte[] bytes = bytes(there, name);
            if (bytes == null || !SnapshotKeys.isSealed(bytes)) {
              there.delete(name);
            }
          }
        }),
        completion -> disk.folder(FOLDER).sync(completion));
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
