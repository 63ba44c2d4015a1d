package dev.millrace.testkit;

import dev.millrace.core.lease.Lease;
import dev.millrace.core.lease.LeaseChange;
import dev.millrace.core.lease.LeaseKey;
import dev.millrace.core.lease.LeaseTable;
import dev.millrace.core.lease.Leases;
import dev.millrace.core.lease.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The contract of leases as the shortest code that fulfils it. Answers at once; safe for use from
 * many threads, one at a time.
 */
public final class ModelLeases implements Leases {
  private final LongSupplier nanos;
  private final Map<UUID, Kept> members = new TreeMap<>();
  private final Map<LeaseKey, Lease> leases = new TreeMap<>();

  private record Kept(Member member, long until) {}

  /**
   * An empty table.
   *
   * @param nanos its clock, which nobody moves
   */
  public ModelLeases(LongSupplier nanos) {
    this.nanos = nanos;
  }

  @Override
  public synchronized CompletableFuture<LeaseTable> renew(Member member, Duration time) {
    Kept before = members.get(member.id());
    if (before != null && before.until() > nanos.getAsLong()) {
      keep(member, time);
    }
    return CompletableFuture.completedFuture(table());
  }

  @Override
  public synchronized CompletableFuture<LeaseTable> change(
      Member member, Duration time, Function<LeaseTable, LeaseChange> decision) {
    for (Kept one : List.copyOf(members.values())) {
      if (one.until() <= nanos.getAsLong()) {
        remove(one.member().id());
      }
    }
    keep(member, time);
    LeaseChange change = decision.apply(table());
    for (LeaseKey key : change.released()) {
      Lease lease = leases.get(key);
      if (lease == null || !member.id().equals(lease.holder())) {
        throw new IllegalArgumentException(key + " is not a lease of " + member.name());
      }
      leases.put(key, new Lease(key, lease.epoch(), null));
    }
    for (LeaseChange.Taken taken : change.taken()) {
      Lease lease = leases.get(taken.key());
      if (lease != null && (lease.holder() != null || lease.epoch() >= taken.epoch())) {
        throw new IllegalArgumentException(member.name() + " takes what is not free: " + lease);
      }
      leases.put(taken.key(), new Lease(taken.key(), taken.epoch(), member.id()));
    }
    return CompletableFuture.completedFuture(table());
  }

  private void keep(Member member, Duration time) {
    members.put(member.id(), new Kept(member, nanos.getAsLong() + time.toNanos()));
  }

  private void remove(UUID member) {
    members.remove(member);
    leases.replaceAll((key, lease) ->
        member.equals(lease.holder()) ? new Lease(key, lease.epoch(), null) : lease);
  }

  @Override
  public synchronized CompletableFuture<Void> leave(UUID member) {
    remove(member);
    return CompletableFuture.completedFuture(null);
  }

  private LeaseTable table() {
    List<Member> live = new ArrayList<>();
    members
        .values()
        .forEach(one -> {
          if (one.until() > nanos.getAsLong()) {
            live.add(one.member());
          }
        });
    return new LeaseTable(live, List.copyOf(leases.values()));
  }
}
