package dev.millrace.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Subscription;
import dev.millrace.testkit.history.History;
import dev.millrace.testkit.history.HistoryClient;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several stores on the same tables, as several processes have them, which share nothing but the
 * server; on servers with any default of isolation.
 */
final class ManyProcessesTest {
  private static final int STORES = 3;
  private static final int CLIENTS = 4;
  private static final int STEPS = Boolean.getBoolean("millrace.nightly") ? 3_000 : 150;

  private static String url(String isolation) {
    return TestServer.shared().url(TestServer.newSchema())
        + "&options=-c%20default_transaction_isolation="
        + isolation
        + "%20-c%20default_transaction_read_only=off";
  }

  @ParameterizedTest
  @ValueSource(strings = {"read\\%20committed", "repeatable\\%20read", "serializable"})
  void theirHistoryIsOneThatAStoreMayHave(String isolation) throws Exception {
    String url = url(isolation);
    History history = new History();
    List<EventStore> stores = new ArrayList<>();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < STORES; i++) {
        stores.add(EventStore.open(url));
      }
      for (int i = 0; i < STORES * CLIENTS; i++) {
        HistoryClient client = new HistoryClient(history, i, stores.get(i % STORES), i);
        clients.add(
            threads.submit(() -> {
              for (int step = 0; step < STEPS; step++) {
                client.step().join();
              }
            }));
      }
      for (Future<?> client : clients) {
        client.get(4, TimeUnit.MINUTES);
      }
      history.check(stores.get(0));
      assertThat(history.appended()).as("appends that went in").isGreaterThan(STEPS);
      assertThat(history.conflicts()).as("conflicts").isGreaterThan(STEPS / 5);
    } finally {
      stores.forEach(EventStore::close);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"poll-millis=600000", "poll-millis=20"})
  void aSubscriberHearsOfWhatAnotherProcessAppends(String option) throws Exception {
    String url = TestServer.shared().url(TestServer.newSchema()) + "&" + option;
    try (EventStore writer = EventStore.open(url);
        EventStore reader = EventStore.open(url);
        Subscription subscription = reader.subscribe(Query.all(), 0)) {
      Semaphore woken = new Semaphore(0);
      subscription.onAvailable(woken::release);
      for (int i = 1; i <= 20; i++) {
        writer.append(event(i)).get(30, TimeUnit.SECONDS);
        while (subscription.position() < i) {
          if (subscription.poll(10).events().isEmpty()) {
            // the first is told again and again, for the listener may still be on its way
            assertThat(woken.tryAcquire(i == 1 ? 1 : 30, TimeUnit.SECONDS) || i == 1).isTrue();
            if (i == 1) {
              reader.head();
            }
          }
        }
      }
      assertThat(subscription.position()).isEqualTo(20);
    }
  }

  private static Append event(long number) {
    return Append.of(
        new UUID(7, number), List.of(new NewEvent("a", 1, List.of(), Bytes.utf8("x"))));
  }
}
