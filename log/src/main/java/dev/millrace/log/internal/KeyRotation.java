package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.core.store.StoreKeyException;
import dev.millrace.log.spi.MasterKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Wraps the data keys of a store with another master key. No segment is touched: the file of keys
 * is written anew and renamed, so that after a crash the old or the new master key opens the store.
 */
public final class KeyRotation {
  private final Disk disk;
  private final MasterKey next;
  private int keys;
  private @Nullable List<IoScript.Step> steps;

  private KeyRotation(Disk disk, List<MasterKey> old, MasterKey next) throws IOException {
    this.disk = disk;
    this.next = next;
    List<SegmentHeader> headers = headers(disk);
    StoreKeys store = new StoreKeys(disk, old);
    store.read(headers.get(0).identity().id());
    for (SegmentHeader header : headers) {
      SegmentKey unused = store.open(header); // proves that the wrapped key is as it was
      store.add(header);
    }
    SortedMap<KeysFile.Place, WrappedKey> wrapped = store.wrappedBy(next);
    keys = wrapped.size();
    steps = new ArrayList<>(store.save(wrapped));
    steps.add(disk::sync);
  }

  /** See {@link dev.millrace.log.LogFolder#rotateKey}; the result says how many keys there are. */
  public static CompletableFuture<Integer> run(Disk disk, List<MasterKey> old, MasterKey next) {
    AutoCloseable lock = FolderLocks.take(disk);
    try {
      KeyRotation rotation = new KeyRotation(disk, old, next);
      return IoSeries.run(rotation::next)
          .whenComplete((ended, failed) -> Closing.quietly(lock))
          .handle((ended, failed) -> rotation.result(failed));
    } catch (IOException e) {
      Closing.quietly(lock);
      throw FolderLocks.unreadable(disk, e);
    } catch (RuntimeException e) {
      Closing.quietly(lock);
      throw e;
    }
  }

  /**
   * The same for a store that is open; see {@link dev.millrace.log.LogEventStore#rotateKey}. New
   * segments wait for it, appends do not. When it fails, the old key stays in use, and the next
   * segment writes the file of keys as it was.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the nested futures are unfolded at once
  static CompletableFuture<Integer> running(
      Disk disk, StoreKeys keys, Scheduler scheduler, MasterKey next) {
    if (!keys.encrypts()) {
      return CompletableFuture.failedFuture(notEncrypted(disk));
    }
    Turns.Turn turn = keys.turn();
    return turn.begun()
        .thenCompose(begun -> scheduler.call("millrace-log-key", () -> keys.wrappedBy(next)))
        .thenCompose(wrapped -> {
          List<IoScript.Step> steps = new ArrayList<>(keys.save(wrapped));
          steps.add(disk::sync);
          Iterator<List<IoScript.Step>> once = List.of(steps).iterator();
          return IoSeries.run(() -> once.hasNext() ? once.next() : null)
              .thenApply(done -> {
                keys.change(next, wrapped);
                return wrapped.size();
              });
        })
        .whenComplete((ended, failed) -> turn.end())
        .handle((count, failed) -> count == null ? failed(disk, next, failed) : count);
  }

  private static List<SegmentHeader> headers(Disk disk) throws IOException {
    List<String> names = new ArrayList<>(disk.list());
    StoreInMaking.checkFinished(disk, names);
    names.removeIf(name -> !SegmentHeader.isSegment(name));
    List<SegmentHeader> headers = new ArrayList<>();
    boolean encrypted = false;
    for (String name : names) {
      DiskFile file = disk.open(name);
      try {
        SegmentHeader header = Recovery.header(disk, file, headers);
        headers.add(header);
        encrypted |= header.key() != null;
      } finally {
        file.close();
      }
    }
    if (headers.isEmpty()) {
      throw new IllegalArgumentException("there is no log store in " + disk.location());
    }
    if (!encrypted) {
      throw notEncrypted(disk);
    }
    return headers;
  }

  private static StoreKeyException notEncrypted(Disk disk) {
    return new StoreKeyException(
        "the store in "
            + disk.location()
            + " is not encrypted, so that it has no key to change; encrypt what is written from"
            + " now on with 'millrace log encrypt'");
  }

  private @Nullable List<IoScript.Step> next() {
    List<IoScript.Step> due = steps;
    steps = null;
    return due;
  }

  private int result(@Nullable Throwable failed) {
    return failed == null ? keys : failed(disk, next, failed);
  }

  /** Throws what went wrong. */
  private static int failed(Disk disk, MasterKey next, @Nullable Throwable failed) {
    Throwable cause = failed instanceof CompletionException ? failed.getCause() : failed;
    String again =
        "; either key may open the store now: try the new one ("
            + next.id()
            + ") first, and change the key again";
    String what = "changing the key of " + disk.location() + " failed";
    switch (cause) {
      case null -> throw new StoreFailedException(what + again, null);
      case RuntimeException refused -> throw refused;
      case IOException io when DiskFullException.isFull(io) ->
          throw new StoreFullException(what + ": " + io.getMessage() + again, io);
      default -> throw new StoreFailedException(what + ": " + cause.getMessage() + again, cause);
    }
  }
}
