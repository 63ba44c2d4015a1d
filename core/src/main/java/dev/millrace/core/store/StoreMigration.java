package dev.millrace.core.store;

import dev.millrace.core.seam.Seams;
import dev.millrace.core.wiring.SystemSeams;
import java.util.List;
import java.util.Optional;

/**
 * Moves a store to another place or engine, while it is in use: its events keep their positions,
 * times and ids, so that every checkpoint, receipt and command id means what it meant.
 *
 * <p>First everything is copied while appends go on, then the source takes no more of them, the
 * rest is copied, and what is there is compared with the source, append by append. Then the target
 * can be opened, and appends to the source say where it went. Stopped at any moment, it goes on
 * where it was when it is run again. Whatever fails before the last step, the source takes events
 * again, and the target is not opened; only a process that was killed in between leaves the source
 * stopped, until the migration is run again or {@linkplain #abandon abandoned}.
 */
public final class StoreMigration {
  /** About how many events are copied at once. */
  private static final int BATCH = 4_000;

  /** When no more than this many positions are left, the source is stopped. */
  private static final long NEAR = 20_000;

  /** Most rounds in which a source that grows is followed before it is stopped. */
  private static final int ROUNDS = 20;

  private final MovableStore source;
  private final StoreCopy copy;
  private final MoveTarget target;
  private final Progress progress;
  private long copied;

  private StoreMigration(MovableStore source, StoreCopy copy, Progress progress) {
    this.source = source;
    this.copy = copy;
    this.target = copy.target();
    this.progress = progress;
  }

  /** What is done. */
  public enum Work {
    /** Events are copied. */
    COPYING,
    /** Source and target are compared. */
    VERIFYING
  }

  /** Is told how far it is; what it throws ends the work, which can be taken up again. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called now and then.
     *
     * @param position up to which it is done
     * @param head up to which it is to be done
     */
    void at(Work work, long position, long head);
  }

  /**
   * What was done.
   *
   * @param store whose events now go on at the target
   * @param to where, without a password
   * @param head position of the newest event
   * @param copiedEvents by this run; those of a run that was stopped were there before
   * @param snapshots that were taken along, among them how far reactions are
   */
  public record Result(
      StoreIdentity store, String to, long head, long copiedEvents, long snapshots) {}

  /**
   * Moves a store with the system's seams; see {@link #run(EventStore, String, Seams, Progress)}.
   */
  public static Result run(EventStore source, String to, Progress progress) {
    return run(source, to, SystemSeams.shared(), progress);
  }

  /**
   * Moves a store. Blocks until that is done; another thread may append meanwhile.
   *
   * @param source stays open, and can be read afterwards
   * @param to URL of the target: a new one, or one that an earlier run began
   * @throws UnsupportedStoreException when source or target cannot do that
   * @throws StoreMovedException when the source went elsewhere before
   * @throws StoreMismatchException when the target is another store
   * @throws StoreFailedException when what was copied is not what was given
   * @throws StoreLockedException when another migration goes on with the target
   */
  public static Result run(EventStore source, String to, Seams seams, Progress progress) {
    MovableStore movable = movable(source);
    try (StoreCopy copy = EventStoreProvider.find(to).copy(to, seams, source.identity())) {
      return run(movable, copy, progress);
    }
  }

  /**
   * Moves a store into a copy that was opened for it, and is left open; else the same as {@link
   * #run(EventStore, String, Seams, Progress)}.
   */
  public static Result run(MovableStore source, StoreCopy copy, Progress progress) {
    return new StoreMigration(source, copy, progress).run();
  }

  /**
   * Has a source take events again whose migration was stopped, and makes sure that no run of that
   * migration can finish any more. The target is left as it is, and is never opened: delete it.
   *
   * @param to URL of the target, which must answer: if it was finished, the events are there
   * @return whether the source was stopped
   * @throws StoreMovedException when the migration was finished, or went elsewhere
   * @throws StoreMismatchException when the target is not the copy for which the source was stopped
   */
  public static boolean abandon(EventStore source, String to, Seams seams) {
    MovableStore movable = movable(source);
    if (movable.movedTo().isEmpty()) {
      return false;
    }
    try (StoreCopy copy = EventStoreProvider.find(to).copy(to, seams, source.identity())) {
      return abandon(movable, copy);
    }
  }

  /** The same with a copy that was opened, which fences off who runs. */
  public static boolean abandon(MovableStore source, StoreCopy copy) {
    Optional<MoveTarget> before = source.movedTo();
    if (before.isEmpty()) {
      return false;
    }
    MoveTarget target = copy.target();
    if (copy.isFinished() && target.address().equals(before.get().address())) {
      throw new StoreMovedException(source.identity(), target.address());
    }
    source.leave(target);
    return source.stay(target);
  }

  /**
   * Has a source take events again whose target is gone for good. Whoever calls this knows that: if
   * the target was finished, or is while this runs, both take events, and part ways.
   *
   * @return whither it had gone; nothing: it was not stopped
   */
  public static Optional<String> abandonLost(EventStore source) {
    MovableStore movable = movable(source);
    Optional<MoveTarget> before = movable.movedTo();
    return before.filter(movable::stay).map(MoveTarget::address);
  }

  private static MovableStore movable(EventStore source) {
    if (source instanceof MovableStore movable) {
      return movable;
    }
    throw new UnsupportedStoreException(
        "a " + source.getClass().getSimpleName() + " cannot be moved; copy its events instead");
  }

  private Result run() {
    Optional<MoveTarget> before = source.movedTo();
    if (before.isPresent() && !before.get().address().equals(target.address())) {
      throw new StoreMovedException(source.identity(), before.get().address());
    }
    if (copy.isFinished()) {
      if (before.isEmpty()) {
        throw new StoreMismatchException(
            target.address()
                + " already is store "
                + source.identity()
                + ", but the source was not stopped for it: it is no migration that was begun; name"
                + " a new place");
      }
      return new Result(source.identity(), target.address(), source.head(), 0, 0);
    }
    before.ifPresent(earlier -> target.checkAfter(source.identity(), earlier));
    Result result;
    try {
      if (before
          .isPresent()) { // opening the copy fenced off who stopped the source: it is ours now
        source.leave(target);
      }
      follow();
      source.leave(target);
      result = complete();
    } catch (RuntimeException | Error failure) {
      goOn(failure);
      throw failure;
    }
    try {
      copy.finish(); // when this fails, the target may open: the source stays where it is
    } catch (StoreLockedException overtaken) { // nothing was done
      goOn(overtaken);
      throw overtaken;
    }
    return result;
  }

  /** Not if another run has taken over: {@code stay} compares. */
  private void goOn(Throwable failure) {
    try {
      boolean unused = source.stay(target);
    } catch (RuntimeException alsoFailed) {
      failure.addSuppressed(alsoFailed);
    }
  }

  private void follow() {
    for (int round = 0; round < ROUNDS; round++) {
      long head = source.head();
      copyUpTo(head);
      if (source.head() - head <= NEAR) {
        return;
      }
    }
  }

  private void copyUpTo(long head) {
    while (copy.head() < head) {
      List<CopiedAppend> appends = source.appends(copy.head(), BATCH);
      if (appends.isEmpty()) {
        return;
      }
      copy.add(appends);
      copied += appends.stream().mapToLong(append -> append.append().events().size()).sum();
      progress.at(Work.COPYING, copy.head(), head);
    }
  }

  private Result complete() {
    long head = source.head();
    copyUpTo(head);
    if (copy.head() != head) {
      throw new StoreFailedException(
          "the source ends at position "
              + head
              + ", but its last event has position "
              + copy.head()
              + ": what came after it was lost before, and the target would give these positions"
              + " away again; append one event to the source, then migrate again");
    }
    long snapshots;
    try (MovableStore settled = copy.settle()) {
      snapshots = takeSnapshots(settled);
      verify(settled, head);
    }
    return new Result(source.identity(), target.address(), head, copied, snapshots);
  }

  private long takeSnapshots(MovableStore settled) {
    long[] taken = new long[1];
    source.eachSnapshot(snapshot -> {
      settled.snapshots().save(snapshot).join();
      taken[0]++;
    });
    return taken[0];
  }

  private void verify(MovableStore settled, long head) {
    long at = copy.verified();
    while (at < head) {
      List<CopiedAppend> wanted = source.appends(at, BATCH);
      if (wanted.isEmpty()) { // as after a failover to a standby that lacks the last ones
        throw new StoreFailedException(
            "the source had events up to position "
                + head
                + " when it was stopped, and now none after "
                + at
                + ": look at its server or disk, delete the target, and migrate again");
      }
      for (int i = 0; i < wanted.size(); ) {
        List<CopiedAppend> found = settled.appends(at, BATCH);
        if (found.isEmpty()) {
          throw different(wanted.get(i), null);
        }
        for (int j = 0; j < found.size() && i < wanted.size(); i++, j++) {
          if (!wanted.get(i).equals(found.get(j))) {
            throw different(wanted.get(i), found.get(j));
          }
          at = wanted.get(i).last();
        }
      }
      progress.at(Work.VERIFYING, at, head);
    }
  }

  private StoreFailedException different(
      CopiedAppend wanted, @org.jspecify.annotations.Nullable CopiedAppend found) {
    return new StoreFailedException(
        "the append at position "
            + wanted.first()
            + " is not in "
            + target.address()
            + " as it was copied ("
            + (found == null ? "nothing is there" : "position " + found.first() + " is another")
            + "); the source takes events again: look at the target's disk, delete the target, and"
            + " migrate again");
  }
}
