package dev.millrace.core.store;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A store whose events can go on in another one; see {@link StoreMigration}. */
public interface MovableStore extends EventStore {

  /**
   * Whole appends in the order of their positions, with the commands that caused them.
   *
   * @param after the first of them begins after this position
   * @param limit about how many events, at least 1; less when they are large, but at least one
   *     append
   * @return none: there is nothing after that position
   */
  List<CopiedAppend> appends(long after, int limit);

  /** Every snapshot that belongs to this store's identity, one after the other. */
  void eachSnapshot(Consumer<Snapshot> sink);

  /**
   * Takes no more events, from when this returns: every process that has the store open gets {@link
   * StoreMovedException}, also after it was opened again. What was accepted before is stored, and
   * is answered with its place when it is appended again. Done only if the store goes nowhere yet,
   * or to this copy by this run or an earlier one.
   *
   * @param to where they go on
   * @throws StoreMovedException when they go elsewhere
   * @throws StoreMismatchException when they go to another copy at this place
   * @throws StoreLockedException when a later run goes on with the copy
   */
  void leave(MoveTarget to);

  /**
   * Takes events again, for a migration that came to nothing: only if the last that left was this
   * run, to this copy.
   *
   * @return whether that was so, and it does
   */
  boolean stay(MoveTarget to);

  /** Where its events go on, if they do. */
  Optional<MoveTarget> movedTo();
}
