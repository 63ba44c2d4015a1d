package dev.millrace.core;

import dev.millrace.core.lease.LeaseChange;
import dev.millrace.core.lease.LeaseTable;
import dev.millrace.core.lease.Leases;
import dev.millrace.core.lease.Member;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A table that gives leases for a time of its own: a fault, where that is shorter. */
record ShortLeases(Leases table, Duration given) implements Leases {
  @Override
  public CompletableFuture<LeaseTable> renew(Member member, Duration time) {
    return table.renew(member, given);
  }

  @Override
  public CompletableFuture<LeaseTable> change(
      Member member, Duration time, Function<LeaseTable, LeaseChange> decision) {
    return table.change(member, given, decision);
  }

  @Override
  public CompletableFuture<Void> leave(UUID member) {
    return table.leave(member);
  }
}
