package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/** Follows a store on the thread that asks, woken only by the subscription, checking each page. */
final class Follower implements AutoCloseable {
  private final Subscription subscription;
  private final Query query;
  private final IntSupplier limits;
  private final Semaphore woken = new Semaphore(0);
  private final List<RecordedEvent> events = new ArrayList<>();

  Follower(EventStore store, Query query, long after, IntSupplier limits) {
    this.subscription = store.subscribe(query, after);
    this.query = query;
    this.limits = limits;
    assertThat(subscription.position()).isEqualTo(after);
    subscription.onAvailable(woken::release);
  }

  /** Polls until everything up to a position has been examined. */
  List<RecordedEvent> followTo(long position) {
    while (subscription.position() < position) {
      if (!poll()) {
        awaitWake();
      }
    }
    return events;
  }

  private void awaitWake() {
    try {
      assertThat(woken.tryAcquire(StoreTests.patienceSeconds(), TimeUnit.SECONDS))
          .as("woken at position %s", subscription.position())
          .isTrue();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
    woken.drainPermits();
  }

  private boolean poll() {
    long before = subscription.position();
    int limit = limits.getAsInt();
    EventPage page = subscription.poll(limit);
    assertThat(page.events().size()).isLessThanOrEqualTo(limit);
    assertThat(page.examined()).isGreaterThanOrEqualTo(before);
    assertThat(subscription.position()).isEqualTo(page.examined());
    long newest = before;
    for (RecordedEvent event : page.events()) {
      assertThat(event.position()).as("after %s", newest).isGreaterThan(newest);
      assertThat(query.matches(event)).as("%s matches", event).isTrue();
      newest = event.position();
    }
    assertThat(newest).isLessThanOrEqualTo(page.examined());
    events.addAll(page.events());
    return page.examined() > before;
  }

  long position() {
    return subscription.position();
  }

  List<RecordedEvent> events() {
    return events;
  }

  @Override
  public void close() {
    subscription.close();
  }
}
