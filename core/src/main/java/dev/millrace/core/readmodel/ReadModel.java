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

  /** Records how far a processor is, as a part of the transaction. */
  void save(T transaction, Checkpoint checkpoint) throws Exception;

  /**
   * What stands beside a checkpoint of each ordering key that is blocked: documents that mean
   * nothing to the read model.
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
   * Removes what stands beside a checkpoint, as a part of the transaction; the checkpoint stays.
   */
  default void forgetProgress(T transaction, String context, String processor) throws Exception {}

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
