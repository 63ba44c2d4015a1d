package dev.millrace.core.store;

import java.util.UUID;

/**
 * Where a store's events go on, exactly: a copy, and which of the runs that fill it. A later run
 * fences off those before it, in the copy and in the source alike, so that of two migrations that
 * run at once one comes to an end, and no failure of the other has the source take events again.
 *
 * @param address for messages: without a password
 * @param copy drawn when the copy was begun; two copies at one address, as on two machines or when
 *     the first was deleted, differ in it
 * @param turn counts the runs that opened the copy; the latest has the largest
 */
public record MoveTarget(String address, UUID copy, long turn) {

  /** Whether this is the same copy at the same place, whichever run fills it. */
  public boolean isSameCopy(MoveTarget other) {
    return address.equals(other.address) && copy.equals(other.copy);
  }

  /**
   * Checks that the source of a move may leave for this target.
   *
   * @param store whose events move
   * @param before for which it left before
   * @throws StoreMovedException when that is another place
   * @throws StoreMismatchException when that is another copy at the same place
   * @throws StoreLockedException when a later run goes on with the copy
   */
  public void checkAfter(StoreIdentity store, MoveTarget before) {
    if (!address.equals(before.address)) {
      throw new StoreMovedException(store, before.address);
    }
    if (!copy.equals(before.copy)) {
      throw new StoreMismatchException(
          "store "
              + store
              + " was stopped for another copy at "
              + address
              + ", which is not there any more, or is on another machine; go on with that one. If"
              + " it is gone for good, 'millrace migrate --abandon --target-lost' has the store take"
              + " events again");
    }
    if (turn < before.turn) {
      throw new StoreLockedException(
          "another migration of store "
              + store
              + " to "
              + address
              + " has begun since, and goes on; let only one run");
    }
  }
}
