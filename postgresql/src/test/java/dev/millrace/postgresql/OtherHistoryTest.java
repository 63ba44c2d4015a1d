package dev.millrace.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.core.store.Subscription;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A process has a store open while its database gets another history. */
final class OtherHistoryTest {
  private final String schema = TestServer.newSchema();
  private final String url = TestServer.shared().url(schema) + "&poll-millis=20";

  private static Append append(long number) {
    return Append.of(
        new UUID(1, number), List.of(new NewEvent("a", 1, List.of(), Bytes.utf8("x"))));
  }

  private void beginAnotherEpoch() throws Exception {
    TestServer.shared().execute("UPDATE " + schema + ".store SET epoch = epoch + 1");
  }

  @Test
  void everyCallIsRefusedFromTheFirstReadOn() throws Exception {
    StoreIdentity before;
    try (EventStore store = EventStore.open(url)) {
      before = store.identity();
      store.append(append(1)).get(60, TimeUnit.SECONDS);
      beginAnotherEpoch();
      assertThatThrownBy(() -> store.read(Query.all(), 1, Direction.FORWARD, 10))
          .isInstanceOf(StoreMismatchException.class)
          .hasMessageContaining("open it again")
          .hasMessageContaining("reconcile");
      TestServer.shared().execute("UPDATE " + schema + ".store SET epoch = epoch - 1");
      assertThatThrownBy(() -> store.find(new UUID(1, 1)))
          .as("it stays so, whatever the database says later")
          .isInstanceOf(StoreMismatchException.class);
      assertThatThrownBy(store::head).isInstanceOf(StoreMismatchException.class);
      assertThatThrownBy(() -> store.append(append(2)).get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(StoreMismatchException.class);
    }
    try (EventStore again = EventStore.open(url)) {
      assertThat(again.identity()).isEqualTo(before);
      assertThat(again.head()).isEqualTo(1);
    }
  }

  @Test
  void anIdIsNotLookedUpInAnotherHistory() throws Exception {
    try (EventStore store = EventStore.open(url)) {
      beginAnotherEpoch();
      assertThatThrownBy(() -> store.find(new UUID(1, 1)))
          .isInstanceOf(StoreMismatchException.class);
    }
  }

  @Test
  void whoeverFollowsIsWokenAndTold() throws Exception {
    try (EventStore store = EventStore.open(url);
        Subscription subscription = store.subscribe(Query.all(), 0)) {
      store.append(append(1)).get(60, TimeUnit.SECONDS);
      assertThat(subscription.poll(10).events()).hasSize(1);
      CountDownLatch woken = new CountDownLatch(2); // at once, and when the poll finds it out
      subscription.onAvailable(woken::countDown);
      beginAnotherEpoch();
      assertThat(woken.await(30, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> subscription.poll(10)).isInstanceOf(StoreMismatchException.class);
    }
  }
}
