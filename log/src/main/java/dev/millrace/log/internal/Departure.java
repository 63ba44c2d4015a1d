package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.MoveTarget;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a store's events go on elsewhere: a file in its folder says where, by which copy and run.
 * Safe for use from many threads.
 *
 * <p>Appends are counted from {@link #enter} to {@link #left}, so that whoever stops them knows
 * when the last one is with the writer. What waits for an archive meanwhile comes in again, and is
 * told.
 */
public final class Departure {
  private static final String NAME = "moved";
  private static final String UNFINISHED = "moved.unfinished";

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);

  private final Disk disk;
  private final Seams seams;
  private final LongAdder entered = new LongAdder();
  private final LongAdder leftAgain = new LongAdder();
  private final ReentrantLock changing = new ReentrantLock();
  private volatile @Nullable MoveTarget to;

  private Departure(Disk disk, Seams seams, @Nullable MoveTarget to) {
    this.disk = disk;
    this.seams = seams;
    this.to = to;
  }

  /** What the folder of a store says. */
  public static Departure of(Disk disk, Seams seams) {
    try {
      return new Departure(disk, seams, read(disk));
    } catch (IOException e) {
      throw FolderLocks.unreadable(disk, e);
    }
  }

  private static @Nullable MoveTarget read(Disk disk) throws IOException {
    DiskFile file;
    try {
      file = disk.open(NAME);
    } catch (NoSuchFileException e) {
      return null;
    }
    try {
      byte[] bytes = new byte[Math.toIntExact(file.size())];
      file.read(0, bytes.length).get(bytes);
      return decoded(new String(bytes, StandardCharsets.UTF_8), disk);
    } finally {
      file.close();
    }
  }

  private static String encoded(MoveTarget target) {
    return target.copy() + " " + target.turn() + " " + target.address();
  }

  private static MoveTarget decoded(String text, Disk disk) {
    String[] parts = text.split(" ", 3);
    try {
      return new MoveTarget(parts[2], UUID.fromString(parts[0]), Long.parseLong(parts[1]));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new StoreDamagedException(
          "the file '"
              + NAME
              + "' in "
              + disk.location()
              + " does not say where the store went; put back a copy of it, or delete it if the store"
              + " was never moved",
          e);
    }
  }

  /** Where the events go on, if they do. */
  public Optional<MoveTarget> to() {
    return Optional.ofNullable(to);
  }

  /** Where the events go on; null: an append may come in, and {@link #left} follows. */
  public @Nullable MoveTarget enter() {
    entered.increment();
    MoveTarget there = to;
    if (there != null) {
      leftAgain.increment();
    }
    return there;
  }

  /** The append is with the writer, or was refused. */
  public void left() {
    leftAgain.increment();
  }

  private boolean isEmpty() {
    long before = leftAgain.sum();
    return entered.sum() == before;
  }

  /**
   * From now on; returns when what came in before has its answers. When the file cannot be written,
   * it is as it was before.
   *
   * @param store whose departure it is
   * @param idle whether the writer has none left
   */
  public void leave(StoreIdentity store, MoveTarget there, BooleanSupplier idle) {
    changing.lock();
    try {
      MoveTarget before = to;
      if (before != null) {
        there.checkAfter(store, before);
      }
      to = there;
      write(there, before);
      while (!isEmpty() || !idle.getAsBoolean()) {
        seams.scheduler().after(BETWEEN_LOOKS).join();
      }
    } finally {
      changing.unlock();
    }
  }

  private void write(MoveTarget there, @Nullable MoveTarget before) {
    byte[] bytes = encoded(there).getBytes(StandardCharsets.UTF_8);
    try {
      run(() -> {
        List<IoScript.Step> steps =
            new ArrayList<>(NewFile.steps(disk, UNFINISHED, NAME, () -> bytes));
        steps.add(disk::sync);
        return steps;
      });
    } catch (StoreFailedException failed) {
      if (isStill(before)) {
        to = before;
      }
      throw failed;
    }
  }

  /** Not if nobody can say. */
  private boolean isStill(@Nullable MoveTarget before) {
    try {
      return Objects.equals(read(disk), before);
    } catch (IOException | StoreDamagedException e) {
      return false;
    }
  }

  /** It takes events again, if that is where it went; returns whether it was. */
  public boolean stay(MoveTarget there) {
    changing.lock();
    try {
      if (!there.equals(to)) {
        return false;
      }
      run(() -> List.of(IoScript.now(() -> disk.delete(NAME)), disk::sync));
      to = null;
      return true;
    } finally {
      changing.unlock();
    }
  }

  private interface Steps {
    List<IoScript.Step> make() throws IOException;
  }

  private void run(Steps steps) {
    boolean[] made = new boolean[1];
    CompletableFuture<Void> done =
        IoSeries.run(() -> {
          if (made[0]) {
            return null;
          }
          made[0] = true;
          return steps.make();
        });
    try {
      done.join();
    } catch (CompletionException e) {
      throw new StoreFailedException(
          "the file '"
              + NAME
              + "' in "
              + disk.location()
              + " could not be changed: "
              + e.getCause()
              + "; check the disk, then try again",
          e);
    }
  }
}
