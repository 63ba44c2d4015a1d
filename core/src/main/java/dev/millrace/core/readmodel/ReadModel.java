package dev.millrace.core.readmodel;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A database in which projections keep their rows, and beside them how far they are. Because both
 * are committed together, each event counts once, whatever crashes. Safe for use from many threads;
 * one transaction is used by one thread.
 *
 * @param <T> the transaction that handlers get
 */
public interface ReadModel<T> extends AutoCloseable {

  /**
   * Runs work in one transaction, which is committed when it returns and rolled back when it
   * throws. May block.
   *
   * @return what the work returned
   * @throws Exception what the work threw, or why the commit failed
   */
  <V> V transact(Work<T, V> work) throws Exception;

  /** How far a processor is; empty before its first commit. */
  Optional<Checkpoint> checkpoint(T transaction, String context, String processor) throws Exception;

  /**
   * The same, and nobody else changes it before the transaction ends; waits for whoever is about
   * to.
   */
  default Optional<Checkpoint> checkpointForUpdate(T transaction, String context, String processor)
      throws Exception {
    return checkpoint(transaction, context, processor);
  }

  /** Records how far a processor is, as a part of the transaction. */
  void save(T transaction, Checkpoint checkpoint) throws Exception;

  /**
   * Moves a checkpoint, as a part of the transaction, if it is where the caller left it: compared
   * and set in one, so that what was committed before, or by somebody else, is never done twice.
   *
   * @param from the position where it must be, in the store and the version of {@code to}
   * @return false: it is elsewhere, or absent; nothing was changed
   */
  default boolean advance(T transaction, long from, Checkpoint to) throws Exception {
    Optional<Checkpoint> found = checkpointForUpdate(transaction, to.context(), to.processor());
    if (found.isEmpty() || !found.get().equals(to.at(from))) {
      return false;
    }
    save(transaction, to);
    return true;
  }

  /**
   * What stands beside a checkpoint of each ordering key that is blocked: documents that mean
   * nothing to the read model. Waits for whoever is about to change them.
   */
  default List<String> blocked(T transaction, String context, String processor) throws Exception {
    return List.of();
  }

  /**
   * Keeps, replaces or removes what stands beside a checkpoint of a blocked key, as a part of the
   * transaction. In a read model that does not offer this, a processor waits instead of blocking a
   * key.
   *
   * @param id of the key, 16 characters
   * @param document null: the key is not blocked any more
   */
  default void saveBlocked(
      T transaction, String context, String processor, String id, @Nullable String document)
      throws Exception {
    throw new UnsupportedOperationException("this read model cannot keep blocked keys");
  }

  /**
   * How far the slots of a processor are that handles many keys beside each other.
   *
   * @param of the processor, its version and its store; what was saved for others does not count
   */
  default SlotCheckpoints slots(T transaction, Checkpoint of) throws Exception {
    return SlotCheckpoints.NONE;
  }

  /**
   * The same, and nobody else changes them before the transaction ends; waits for who is about to.
   */
  default SlotCheckpoints slotsForUpdate(T transaction, Checkpoint of) throws Exception {
    return slots(transaction, of);
  }

  /**
   * Makes all slots, with nothing finished, in place of what is there. A read model that does not
   * offer this cannot be kept by many lanes.
   *
   * @param ordering by what the keys are made
   * @param slots how many
   */
  default void makeSlots(T transaction, Checkpoint of, String ordering, int slots)
      throws Exception {
    throw new UnsupportedOperationException("this read model cannot be kept by many lanes");
  }

  /**
   * Adds to what is finished in a slot, as a part of the transaction. Transactions that do so for
   * one slot at the same time must not undo each other; it is the last that happens in one.
   *
   * @return false: one of its events was finished before, or the slot is of another version or
   *     store, or gone; nothing was changed
   */
  default boolean finish(T transaction, Checkpoint of, SlotCheckpoint finished) throws Exception {
    throw new UnsupportedOperationException("this read model cannot be kept by many lanes");
  }

  /**
   * Removes what stands beside a checkpoint, as a part of the transaction; the checkpoint stays.
   */
  default void forgetProgress(T transaction, String context, String processor) throws Exception {}

  /**
   * By what several processes may share the work on it; empty: each process has rows of its own, as
   * in memory, and handles all events.
   */
  default Optional<Fences<T>> fences() {
    return Optional.empty();
  }

  /**
   * Whether rows of several versions of a projection can stand beside each other. If so, {@link
   * #transact(Work)} sees those that are live.
   *
   * @param createsTables whether the projection makes its tables itself
   */
  default boolean keepsVersions(boolean createsTables) {
    return false;
  }

  /**
   * The versions of a projection's rows that are kept, by number; none: it has no rows, or only
   * some in place.
   */
  default List<RowsVersion> versions(T transaction, String context, String processor)
      throws Exception {
    return List.of();
  }

  /** The same, and nobody else changes how they stand before the transaction ends. */
  default List<RowsVersion> versionsForUpdate(T transaction, String context, String processor)
      throws Exception {
    return versions(transaction, context, processor);
  }

  /** Makes a place for the rows of a version. What was written before may be committed with it. */
  default void addVersion(T transaction, RowsVersion version) throws Exception {
    throw new UnsupportedOperationException("this read model cannot keep versions of rows");
  }

  /** Says that a version stands otherwise, as a part of the transaction. */
  default void setState(T transaction, RowsVersion version, RowsVersion.State state)
      throws Exception {
    throw new UnsupportedOperationException("this read model cannot keep versions of rows");
  }

  /** Says that a version shows other tables, as a part of the transaction. */
  default void show(T transaction, RowsVersion version, List<String> tables) throws Exception {
    throw new UnsupportedOperationException("this read model cannot keep versions of rows");
  }

  /**
   * Removes a version with its rows and all that is kept of its progress. Tables of a version that
   * has no place of its own stay. If it fails half done, the version is {@link
   * RowsVersion.State#DROPPING}, and is to be dropped again.
   */
  default void dropVersion(T transaction, RowsVersion version) throws Exception {
    throw new UnsupportedOperationException("this read model cannot keep versions of rows");
  }

  /**
   * Forgets that rows without a place of their own are those of a version, as a part of the
   * transaction: they are in place from then on. They stay, and what is kept of their progress.
   */
  default void forgetVersion(T transaction, RowsVersion version) throws Exception {
    throw new UnsupportedOperationException("this read model cannot keep versions of rows");
  }

  /**
   * Runs work in one transaction in which tables are those of a version.
   *
   * @throws dev.millrace.core.store.StoreMismatchException when it is not kept any more
   */
  default <V> V transact(RowsVersion version, Work<T, V> work) throws Exception {
    return transact(work);
  }

  /** The same for what must not run beside other transactions, as when tables are dropped. */
  default <V> V transactAlone(RowsVersion version, Work<T, V> work) throws Exception {
    return transact(version, work);
  }

  /**
   * Rows of a table, for those who look at the read model from outside. A read model that does not
   * offer this refuses it.
   *
   * @throws IllegalArgumentException when there is no such column, or a value does not fit it
   */
  default RowPage rows(T transaction, RowQuery query) throws Exception {
    throw new IllegalArgumentException("rows of this read model cannot be queried by name");
  }

  /** The columns, in lower case, that tell a row of a table from all others; empty: none do. */
  default List<String> key(T transaction, String table) throws Exception {
    return List.of();
  }

  /** Releases connections; does not throw. */
  @Override
  void close();

  /** Work within a transaction. */
  @FunctionalInterface
  interface Work<T, V> {
    /** Does it. */
    V run(T transaction) throws Exception;
  }
}
