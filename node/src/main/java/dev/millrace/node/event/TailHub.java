package dev.millrace.node.event;

import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.seam.Worker;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Wakes the tails of a store. Were each to follow the store itself, every commit would wake all of
 * them. Here one worker looks at what is new, at most every {@link #EVERY}, and wakes those whom it
 * may concern; without tails it does not look at all.
 */
final class TailHub implements Worker {
  /** Wake-ups are coalesced over this time, which is the most that a tail is late by. */
  static final Duration EVERY = Duration.ofMillis(25);

  /** Beyond so many events in that time all tails are woken, and the hub goes to the head. */
  static final int MOST = 2_000;

  private final EventStore store;
  private final Seams seams;
  private final AtomicBoolean dirty = new AtomicBoolean();

  // under the lock of this object
  private final TailIndex<Runnable> tails = new TailIndex<>();
  private Subscription following;
  private Instant lookAgain = Instant.MIN;
  private boolean closed;
  private final Scheduler.Running running;

  TailHub(String context, EventStore store, Seams seams) {
    this.store = store;
    this.seams = seams;
    this.following = follow();
    this.running = seams.scheduler().start("millrace-tails-" + context, this);
  }

  private Subscription follow() {
    return store.subscribe(Query.all().acrossTenants(), store.head());
  }

  @Override
  public Next step() {
    Set<Runnable> concerned = new HashSet<>();
    synchronized (this) {
      if (closed) {
        following.close();
        tails.each(concerned::add);
        concerned.forEach(Runnable::run);
        return Next.Signal.DONE;
      }
      if (tails.isEmpty() || !dirty.get()) {
        return Next.Signal.WAIT;
      }
      Instant now = seams.clock().instant();
      if (now.isBefore(lookAgain)) {
        return new Next.After(Duration.between(now, lookAgain));
      }
      dirty.set(false);
      lookAgain = now.plus(EVERY);
      EventPage page = following.poll(MOST);
      if (page.events().size() < MOST) {
        tails.collect(page.events(), concerned);
      } else {
        tails.each(concerned::add);
        followFromHead();
      }
    }
    concerned.forEach(Runnable::run);
    return Next.Signal.WAIT;
  }

  private void followFromHead() {
    following.close();
    following = follow();
    following.onAvailable(this::available);
  }

  private void available() {
    if (!dirty.getAndSet(true)) {
      running.wake();
    }
  }

  /** Adds a tail; it is woken whenever there may be something for it. */
  void add(EventFilter filter, Runnable wake) {
    synchronized (this) {
      if (tails.isEmpty()) {
        followFromHead();
      }
      tails.add(filter, wake);
    }
    running.wake();
  }

  void remove(EventFilter filter, Runnable wake) {
    synchronized (this) {
      tails.remove(filter, wake);
      if (tails.isEmpty()) {
        following.onAvailable(() -> {});
      }
    }
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Wakes all tails a last time and stops. */
  void close() {
    synchronized (this) {
      closed = true;
    }
    running.wake();
  }
}
