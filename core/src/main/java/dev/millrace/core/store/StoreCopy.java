package dev.millrace.core.store;

import java.util.List;

/**
 * A store into which another is copied. Until it is finished nobody opens it: half a copy would be
 * a store with less in it. Whoever was stopped opens the copy again, and goes on after its head;
 * from then on nobody who opened it before can add to it or finish it. Used by one thread.
 */
public interface StoreCopy extends AutoCloseable {

  /** Where it is, and which run this is; of a finished one, the copy may not be known any more. */
  MoveTarget target();

  /** Whether it was finished before. */
  boolean isFinished();

  /** The position of the newest event that is durable; 0: none. */
  long head();

  /**
   * Adds appends at their positions, after those that are there.
   *
   * @throws StoreLockedException when a later run goes on with the copy
   */
  void add(List<CopiedAppend> appends);

  /**
   * Every event up to this position was read back since the copy was opened, and is as it was
   * given; 0: none was.
   */
  long verified();

  /**
   * Makes everything durable that was added, and opens it for who copies: to check it, and to put
   * snapshots into it. Nothing can be added afterwards.
   */
  MovableStore settle();

  /**
   * From when this returns on, the store can be opened, also after the power failed. The settled
   * one must be closed before.
   *
   * @throws StoreLockedException when a later run goes on with the copy: nothing was done
   */
  void finish();

  /** Ends the work on it, finished or not. */
  @Override
  void close();
}
