package dev.millrace.core.lease;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The table in which several processes write who of them does what, kept by the store that they
 * share. A member holds its leases for as long as it is one; a member that has not renewed itself
 * in time, by the clock of the table and no other, is one no more, and what it held is free.
 *
 * <p>The table decides nothing: it gives and changes rows. Who takes what is decided by its
 * callers, all in the same way. Safe for use from many threads; futures complete on any thread.
 */
public interface Leases {

  /**
   * Makes a member's time begin anew, if it is a member still. Nothing else is changed, and nobody
   * waits for anybody.
   *
   * @param member who
   * @param time from when the table gets this; positive
   * @return what stands in the table, as of one moment after that; when it does not have the
   *     member, all that it held is free. Fails with a {@link
   *     dev.millrace.core.store.MillraceException} when the table cannot be had; then it may have
   *     been done
   */
  CompletableFuture<LeaseTable> renew(Member member, Duration time);

  /**
   * Removes the members whose time is over, frees what they held, adds a member or renews it, and
   * changes leases: all or nothing, and nobody else beside it.
   *
   * @param decision gets the table as it is then, and says what becomes of it; it may be asked more
   *     than once, and must not block
   * @return the table afterwards; fails as {@link #renew} does
   */
  CompletableFuture<LeaseTable> change(
      Member member, Duration time, Function<LeaseTable, LeaseChange> decision);

  /** Removes a member, and frees what it held. Fails as {@link #renew} does. */
  CompletableFuture<Void> leave(UUID member);
}
