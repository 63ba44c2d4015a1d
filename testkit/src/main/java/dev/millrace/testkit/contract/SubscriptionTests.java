package dev.millrace.testkit.contract;

import static dev.millrace.testkit.contract.Samples.append;
import static dev.millrace.testkit.contract.Samples.event;
import static dev.millrace.testkit.contract.Samples.numbered;
import static dev.millrace.testkit.contract.Samples.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Subscription;
import dev.millrace.core.store.Tenant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A subscription gives what is there, then what comes. */
abstract class SubscriptionTests extends StoreTests {

  SubscriptionTests(EventStoreContract contract) {
    super(contract);
  }

  @Test
  void itGivesWhatIsThereAndThenWhatComes() {
    stored(append(event("a"), event("b")));
    try (Subscription subscription = store().subscribe(Query.all(), 0)) {
      assertThat(subscription.position()).isZero();
      assertThat(types(subscription.poll(10))).containsExactly("a", "b");
      assertThat(subscription.position()).isEqualTo(store().head());
      EventPage nothing = subscription.poll(10);
      assertThat(nothing.events()).isEmpty();
      assertThat(nothing.examined()).isEqualTo(store().head());
      stored(append(event("c")));
      assertThat(types(subscription.poll(10))).containsExactly("c");
    }
  }

  private static List<String> types(EventPage page) {
    return page.events().stream().map(RecordedEvent::type).toList();
  }

  @Test
  void itBeginsAfterThePositionThatWasAskedFor() {
    long first = stored(append(event("a"), event("b"), event("c"))).first();
    try (Subscription subscription = store().subscribe(Query.all(), first)) {
      assertThat(types(subscription.poll(1))).containsExactly("b");
      assertThat(types(subscription.poll(5))).containsExactly("c");
    }
    try (Subscription ahead = store().subscribe(Query.all(), store().head() + 1)) {
      assertThat(ahead.poll(5).events()).isEmpty();
      stored(append(event("skipped"), event("d")));
      assertThat(types(ahead.poll(5))).containsExactly("d");
    }
    assertThatThrownBy(() -> store().subscribe(Query.all(), -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatDoesNotMatchMovesOnlyThePosition() {
    try (Subscription subscription = store().subscribe(Query.types("wanted"), 0)) {
      for (int i = 0; i < 10; i++) {
        stored(append(event("other")));
      }
      EventPage page = subscription.poll(5);
      while (page.examined() < store().head()) {
        assertThat(page.events()).isEmpty();
        long before = page.examined();
        page = subscription.poll(5);
        assertThat(page.examined()).isGreaterThan(before);
      }
      assertThat(page.events()).isEmpty();
      stored(append(event("wanted")));
      assertThat(types(subscription.poll(5))).containsExactly("wanted");
    }
  }

  @Test
  void tenantsAndTagsPickAsInARead() {
    Tenant acme = new Tenant("acme");
    stored(append(event("a", "x:1"), event("b", "x:2")));
    stored(append(event("c", "x:1")).forTenant(acme));
    Query byTag = Query.tags(tag("x:1"));
    for (Query query : List.of(byTag, byTag.forTenant(acme), byTag.acrossTenants())) {
      try (Follower follower = new Follower(store(), query, 0, () -> 1)) {
        assertThat(follower.followTo(store().head())).isEqualTo(readAll(query));
      }
    }
  }

  @Test
  void limitsAreKept() {
    for (int i = 0; i < 20; i++) {
      stored(append(numbered("a", i)));
    }
    try (Subscription subscription = store().subscribe(Query.all(), 0)) {
      assertThat(subscription.poll(1).events()).hasSize(1);
      assertThat(subscription.poll(7).events().size()).isBetween(1, 7);
      assertThatThrownBy(() -> subscription.poll(0)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void itIsWokenAtOnceAndByEveryAppend() throws Exception {
    try (Subscription subscription = store().subscribe(Query.types("wanted"), 0)) {
      Semaphore woken = new Semaphore(0);
      subscription.onAvailable(woken::release);
      assertWoken(woken);
      for (int i = 0; i < 20; i++) {
        woken.drainPermits();
        stored(append(event(i % 2 == 0 ? "wanted" : "other")));
        assertWoken(woken);
      }
    }
  }

  private static void assertWoken(Semaphore woken) throws InterruptedException {
    assertThat(woken.tryAcquire(patienceSeconds(), TimeUnit.SECONDS)).as("woken").isTrue();
  }

  @Test
  void whenItIsWokenThereIsSomethingToSee() {
    try (Follower follower = new Follower(store(), Query.types("wanted"), 0, () -> 3)) {
      for (int i = 0; i < 100; i++) {
        long head = stored(append(numbered("wanted", i), event("other"))).last();
        assertThat(follower.followTo(head)).hasSize(i + 1);
      }
    }
  }

  @Test
  void anotherWakeReplacesTheFirst() throws Exception {
    try (Subscription subscription = store().subscribe(Query.all(), 0)) {
      Semaphore first = new Semaphore(0);
      subscription.onAvailable(first::release);
      assertWoken(first);
      Semaphore second = new Semaphore(0);
      subscription.onAvailable(second::release);
      assertWoken(second);
      second.drainPermits();
      stored(append(event("a")));
      assertWoken(second);
    }
  }

  @Test
  void afterClosingItIsNotWokenAndTheOthersAre() throws Exception {
    Subscription closed = store().subscribe(Query.all(), 0);
    AtomicInteger calls = new AtomicInteger();
    closed.onAvailable(calls::incrementAndGet);
    closed.close();
    closed.close();
    int before = calls.get();
    try (Follower other = new Follower(store(), Query.all(), 0, () -> 10)) {
      for (int i = 0; i < 10; i++) {
        other.followTo(stored(append(numbered("a", i))).last());
      }
      assertThat(other.events()).hasSize(10);
    }
    assertThat(calls.get()).isEqualTo(before);
  }

  @Test
  void itGoesOnAfterARestartFromThePositionThatItHad() throws Exception {
    for (int i = 0; i < 10; i++) {
      stored(append(numbered("a", i)));
    }
    long position;
    try (Subscription subscription = store().subscribe(Query.all(), 0)) {
      subscription.poll(4);
      position = subscription.position();
    }
    restart();
    try (Follower follower = new Follower(store(), Query.all(), position, () -> 2)) {
      assertThat(follower.followTo(store().head()))
          .isEqualTo(everything().stream().filter(e -> e.position() > position).toList());
    }
  }
}
