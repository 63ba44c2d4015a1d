package dev.millrace.core.readmodel;

import java.util.Collection;
import java.util.List;

/**
 * Rows beside the checkpoints of a read model that several processes share: who may write for a
 * share of a processor's work, and how far that is. Safe for use from many threads.
 *
 * <p>A transaction that changes rows for a share holds the share's row until its end; whoever takes
 * the share over changes that row first, and so waits for the transactions of before. Where a
 * process that is paused has left one open, the database ends it after a while, if it can.
 *
 * @param <T> the transaction
 */
public interface Fences<T> {
  /**
   * A row.
   *
   * @param share which
   * @param epoch of the newest holder that was here
   * @param position every event of the share up to and including this one is finished; not used of
   *     processors with one lane
   */
  record Fence(int share, long epoch, long position) {}

  /** Why a row is held: how many may hold it at the same time. */
  enum Hold {
    /** To change rows of events: any number. */
    HANDLING,
    /** To move its position: one, beside those that handle. */
    MOVING,
    /** To change its epoch: nobody else. */
    TAKING
  }

  /** The rows of a processor, by share. */
  List<Fence> all(T transaction, String context, String processor) throws Exception;

  /**
   * The rows of shares, by share, which stay as they are until the transaction ends; those that
   * there are.
   */
  List<Fence> hold(
      T transaction, String context, String processor, Collection<Integer> shares, Hold why)
      throws Exception;

  /** Adds rows, as a part of the transaction. */
  void add(T transaction, String context, String processor, List<Fence> fences) throws Exception;

  /** Replaces rows that are held, as a part of the transaction. */
  void save(T transaction, String context, String processor, List<Fence> fences) throws Exception;

  /** Removes the rows of a processor, as a part of the transaction. */
  void remove(T transaction, String context, String processor) throws Exception;
}
