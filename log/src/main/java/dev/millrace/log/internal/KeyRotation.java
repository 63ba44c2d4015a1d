package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.core.store.StoreKeyException;
import dev.millrace.log.spi.MasterKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
    keys = store.wrapAgain(next);
    steps = new ArrayList<>(store.save());
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
      throw new StoreKeyException(
          "the store in "
              + disk.location()
              + " is not encrypted, so that it has no key to change; encrypt what is written from"
              + " now on with 'millrace log encrypt'");
    }
    return headers;
  }

  private @Nullable List<IoScript.Step> next() {
    List<IoScript.Step> due = steps;
    steps = null;
    return due;
  }

  private int result(@Nullable Throwable failed) {
    Throwable cause =
        failed instanceof java.util.concurrent.CompletionException ? failed.getCause() : failed;
    String again =
        "; either key may open the store now: try the new one ("
            + next.id()
            + ") first, and change the key again";
    return switch (cause) {
      case null -> keys;
      case RuntimeException refused -> throw refused;
      case IOException io when DiskFullException.isFull(io) ->
          throw new StoreFullException(
              "changing the key of " + disk.location() + " failed: " + io.getMessage() + again, io);
      default ->
          throw new StoreFailedException(
              "changing the key of " + disk.location() + " failed: " + cause.getMessage() + again,
              cause);
    };
  }
}
