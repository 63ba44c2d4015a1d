package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.StoreFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a store's events go on elsewhere: a file in its folder says where. Safe for use from many
 * threads.
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
  private volatile @Nullable String to;

  private Departure(Disk disk, Seams seams, @Nullable String to) {
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

  private static @Nullable String read(Disk disk) throws IOException {
    DiskFile file;
    try {
      file = disk.open(NAME);
    } catch (NoSuchFileException e) {
      return null;
    }
    try {
      byte[] bytes = new byte[Math.toIntExact(file.size())];
      file.read(0, bytes.length).get(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } finally {
      file.close();
    }
  }

  /** Where the events go on, if they do. */
  public Optional<String> to() {
    return Optional.ofNullable(to);
  }

  /** Where the events go on; null: an append may come in, and {@link #left} follows. */
  public @Nullable String enter() {
    entered.increment();
    String there = to;
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
   * From now on; returns when what came in before has its answers.
   *
   * @param idle whether the writer has none left
   */
  public void leave(String there, BooleanSupplier idle) {
    to = there;
    byte[] bytes = there.getBytes(StandardCharsets.UTF_8);
    run(() -> {
      List<IoScript.Step> steps =
          new ArrayList<>(NewFile.steps(disk, UNFINISHED, NAME, () -> bytes));
      steps.add(disk::sync);
      return steps;
    });
    while (!isEmpty() || !idle.getAsBoolean()) {
      seams.scheduler().after(BETWEEN_LOOKS).join();
    }
  }

  /** It takes events again. */
  public void stay() {
    run(() -> List.of(IoScript.now(() -> disk.delete(NAME)), disk::sync));
    to = null;
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
