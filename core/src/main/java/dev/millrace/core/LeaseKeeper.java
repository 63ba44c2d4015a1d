package dev.millrace.core;

import dev.millrace.core.lease.Hosting;
import dev.millrace.core.lease.Lease;
import dev.millrace.core.lease.LeaseChange;
import dev.millrace.core.lease.LeaseKey;
import dev.millrace.core.lease.LeaseTable;
import dev.millrace.core.lease.Leases;
import dev.millrace.core.lease.Member;
import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.seam.Worker;
import dev.millrace.core.store.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a process's place among the members of a store, and knows what is granted to its
 * processors. It renews itself five times in the time of a lease. What it was granted ends a fifth
 * before the table may give it to others, measured from before the request was sent on a clock that
 * nobody moves; so a request that hangs, a clock that is put back or a slow answer can only make it
 * stop too early. A process that is paused stops too late: then the target's fence keeps it out.
 *
 * <pre>
 *   sent                       answered                ends here        free for others
 *    ├──────────────────────────┼──────── granted ───────┤                 │
 *    └── time of the lease, on the table's own clock, begins between ──────┘
 * </pre>
 *
 * <p>Nothing is given back while a processor uses it.
 */
final class LeaseKeeper implements Worker {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
  private static final int RENEWALS = 5;

  private final Leases leases;
  private final Scheduler scheduler;
  private final Member member;
  private final Duration time;
  private final InFlight inFlight = new InFlight(this::wake);
  private final CompletableFuture<Void> left = new CompletableFuture<>();

  // under the lock of this object
  private final Map<String, Of> processors = new HashMap<>();
  private final TreeMap<LeaseKey, Long> held = new TreeMap<>();
  private final Set<LeaseKey> unwanted = new HashSet<>();
  private final Map<LeaseKey, Long> fences = new TreeMap<>();
  private LeaseTable table = new LeaseTable(List.of(), List.of());
  private long grantedUntil = Long.MIN_VALUE;
  private boolean closing;
  private Scheduler.@Nullable Running running;

  // of the steps
  private long dueAt;
  private long notBefore = Long.MIN_VALUE;
  private boolean changes = true;
  private boolean settled;
  private boolean leaving;

  /** What is granted to one processor. */
  private final class Of implements Holding {
    private final String context;
    private final String processor;
    private final Runnable changed;
    private Grant inUse = Grant.NOTHING;
    private Grant told = Grant.NOTHING;
    private boolean toldSettled;

    Of(String context, String processor, Runnable changed) {
      this.context = context;
      this.processor = processor;
      this.changed = changed;
    }

    @Override
    public Grant grant() {
      synchronized (LeaseKeeper.this) {
        Map<Integer, Long> granted = new TreeMap<>();
        if (scheduler.elapsedNanos() < grantedUntil) {
          held.forEach((key, epoch) -> {
            if (isOf(key) && !unwanted.contains(key) && !fences.containsKey(key)) {
              granted.put(key.share(), epoch);
            }
          });
        }
        return Grant.of(granted);
      }
    }

    boolean isOf(LeaseKey key) {
      return key.processor().equals(processor) && key.context().equals(context);
    }

    @Override
    public Grant begin() {
      synchronized (LeaseKeeper.this) {
        inUse = grant();
        return inUse;
      }
    }

    @Override
    public void end() {
      synchronized (LeaseKeeper.this) {
        inUse = Grant.NOTHING;
      }
      wake();
    }

    @Override
    public boolean isSettled() {
      synchronized (LeaseKeeper.this) {
        return settled;
      }
    }

    @Override
    public SortedMap<String, Integer> holders() {
      return LeaseKeeper.this.holders(processor);
    }

    @Override
    public void fenced(FencedException by) {
      synchronized (LeaseKeeper.this) {
        for (int share : inUse.shares()) { // one at a time would take as many rounds
          fences.merge(new LeaseKey(context, processor, share), by.epoch(), Math::max);
        }
      }
      wake();
    }
  }

  /**
   * Makes it; nothing is held before it begins.
   *
   * @param member which this process is
   * @param time of a lease
   */
  LeaseKeeper(Leases leases, Seams seams, Member member, Duration time) {
    this.leases = leases;
    this.scheduler = seams.scheduler();
    this.member = member;
    this.time = time;
  }

  /**
   * What is granted to a processor of the member.
   *
   * @param changed is called when it is another, from the keeper's steps
   */
  Holding of(Hosting processor, Runnable changed) {
    Of of = new Of(processor.context(), processor.processor(), changed);
    processors.put(processor.processor(), of);
    return of;
  }

  void begin() {
    Scheduler.Running started = scheduler.start("millrace-leases", this);
    synchronized (this) {
      running = started;
    }
    started.wake();
  }

  /** Leaves; its processors have ended before. */
  CompletableFuture<Void> close() {
    synchronized (this) {
      closing = true;
    }
    wake();
    return left;
  }

  private void wake() {
    Scheduler.Running started;
    synchronized (this) {
      started = running;
    }
    if (started != null) {
      started.wake();
    }
  }

  /** How many shares of a processor each member has, when the table was last looked at. */
  SortedMap<String, Integer> holders(String processor) {
    LeaseTable seen;
    synchronized (this) {
      seen = table;
    }
    SortedMap<String, Integer> holders = new TreeMap<>();
    for (Member one : seen.members()) {
      if (one.hosts().stream().anyMatch(hosting -> hosting.processor().equals(processor))) {
        long shares =
            seen.leases().stream()
                .filter(lease -> lease.key().processor().equals(processor))
                .filter(lease -> one.id().equals(lease.holder()))
                .count();
        holders.merge(one.name(), (int) shares, Integer::sum);
      }
    }
    return holders;
  }

  @Override
  public Next step() {
    try {
      return move();
    } catch (RuntimeException unexpected) { // without it the processors would end with their leases
      LOG.error("member {} met an unexpected failure and goes on", member.name(), unexpected);
      return new Next.After(time.dividedBy(RENEWALS));
    }
  }

  private Next move() {
    inFlight.settle();
    tell();
    if (leaving && inFlight.isEmpty()) {
      left.complete(null);
      return Next.Signal.DONE;
    }
    if (!inFlight.isEmpty()) {
      return untilChange(Long.MAX_VALUE);
    }
    if (isClosing()) {
      leave();
      return Next.Signal.WAIT;
    }
    long now = scheduler.elapsedNanos();
    if (now < notBefore) {
      return untilChange(notBefore);
    }
    if (now < dueAt && !isChangeDue()) {
      return untilChange(dueAt);
    }
    ask(now);
    return untilChange(Long.MAX_VALUE);
  }

  private synchronized boolean isClosing() {
    return closing;
  }

  /** Until something is due, or what is granted ends. */
  private Next untilChange(long due) {
    long now = scheduler.elapsedNanos();
    long until;
    synchronized (this) {
      until = grantedUntil > now ? Math.min(due, grantedUntil) : due;
    }
    return until == Long.MAX_VALUE
        ? Next.Signal.WAIT
        : new Next.After(Duration.ofNanos(Math.max(0, until - now)));
  }

  private void ask(long now) {
    boolean change = changes || isChangeDue();
    dueAt = now + time.toNanos() / RENEWALS;
    inFlight.submit(
        bounded(change ? leases.change(member, time, this::decide) : leases.renew(member, time)),
        answer -> answered(answer, now, change),
        this::failed);
  }

  /**
   * An answer that comes later would grant nothing; what was asked for may be done all the same.
   */
  private <T> CompletableFuture<T> bounded(CompletableFuture<T> answer) {
    Duration patience = time.dividedBy(RENEWALS).multipliedBy(RENEWALS - 1);
    CompletableFuture<T> first = new CompletableFuture<>();
    var unused =
        answer.whenComplete((value, failure) -> {
          if (failure == null) {
            first.complete(value);
          } else {
            first.completeExceptionally(failure);
          }
        });
    var unusedTimer =
        scheduler
            .after(patience)
            .thenRun(() ->
                first.completeExceptionally(
                    new StoreUnavailableException(
                        "the table of leases did not answer within " + patience)));
    return first;
  }

  private void failed(Throwable failure) {
    notBefore = scheduler.elapsedNanos() + time.toNanos() / RENEWALS / 2;
    LOG.warn(
        "member {} could not renew its leases and tries again: {}",
        member.name(),
        failure.getMessage());
  }

  /** What the table says. */
  private void answered(LeaseTable answer, long sent, boolean changed) {
    LeaseDivision division = LeaseDivision.of(answer, member.id());
    synchronized (this) {
      table = answer;
      boolean isMember = answer.member(member.id()).isPresent();
      held.clear();
      for (Lease lease : isMember ? answer.leases() : List.<Lease>of()) {
        if (member.id().equals(lease.holder())) {
          held.put(lease.key(), lease.epoch());
        }
      }
      unwanted.clear();
      unwanted.addAll(division.givesBack());
      if (isMember) {
        grantedUntil = sent + time.toNanos() / RENEWALS * (RENEWALS - 1);
      } else {
        grantedUntil = Long.MIN_VALUE;
      }
      fences
          .entrySet()
          .removeIf(one -> {
            Long epoch = held.get(one.getKey());
            return epoch == null || epoch > one.getValue();
          });
      changes = !isMember || !division.takes().isEmpty();
      settled = !changes || changed;
    }
    if (changed && changes) { // what could not be had is asked for in a while
      changes = false;
    }
    tell();
  }

  /** Whether something that must go back is not in use any more. */
  private synchronized boolean isChangeDue() {
    return changes || !releasable().isEmpty();
  }

  /** Under the lock. */
  private List<LeaseKey> releasable() {
    List<LeaseKey> free = new ArrayList<>();
    for (LeaseKey key : held.keySet()) {
      Of of = processors.get(key.processor());
      boolean inUse = of != null && of.isOf(key) && of.inUse.has(key.share());
      if (!inUse && (unwanted.contains(key) || fences.containsKey(key))) {
        free.add(key);
      }
    }
    return free;
  }

  /** Gives back what must be and can be; takes what is due, beyond what the targets have seen. */
  private LeaseChange decide(LeaseTable now) {
    List<LeaseKey> released = new ArrayList<>();
    Map<LeaseKey, Long> seen;
    synchronized (this) {
      for (LeaseKey key : releasable()) {
        if (now.leases().stream().anyMatch(lease -> isMine(lease, key))) {
          released.add(key);
        }
      }
      seen = new TreeMap<>(fences);
    }
    List<Lease> after = new ArrayList<>();
    for (Lease lease : now.leases()) {
      after.add(
          released.contains(lease.key()) ? new Lease(lease.key(), lease.epoch(), null) : lease);
    }
    List<LeaseChange.Taken> taken = new ArrayList<>();
    for (LeaseChange.Taken one :
        LeaseDivision.of(new LeaseTable(now.members(), after), member.id()).takes()) {
      long beyond = seen.getOrDefault(one.key(), 0L) + 1;
      taken.add(new LeaseChange.Taken(one.key(), Math.max(one.epoch(), beyond)));
    }
    return new LeaseChange(released, taken);
  }

  private boolean isMine(Lease lease, LeaseKey key) {
    return lease.key().equals(key) && member.id().equals(lease.holder());
  }

  /** Wakes the processors to which something else is granted, or certain, than they were told. */
  private void tell() {
    List<Runnable> all = new ArrayList<>();
    synchronized (this) {
      for (Of of : processors.values()) {
        Grant now = of.grant();
        if (!now.equals(of.told) || settled != of.toldSettled) {
          of.told = now;
          of.toldSettled = settled;
          all.add(of.changed);
        }
      }
    }
    all.forEach(Runnable::run);
  }

  private void leave() {
    leaving = true;
    synchronized (this) {
      grantedUntil = Long.MIN_VALUE;
    }
    inFlight.submit(
        bounded(leases.leave(member.id())),
        done -> {},
        failure ->
            LOG.warn(
                "member {} could not say that it leaves; what it held is free in {} ms: {}",
                member.name(),
                time.toMillis(),
                failure.getMessage()));
  }
}
