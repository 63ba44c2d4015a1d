package dev.millrace.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Subscription;
import dev.millrace.testkit.history.History;
import dev.millrace.testkit.history.HistoryClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** PgBouncer in transaction mode stands in between: each transaction has another session. */
final class PgBouncerTest {
  private static final int CLIENTS = 6;
  private static final int STEPS = 100;

  private Path folder;
  private PgBouncer bouncer;

  @BeforeEach
  void start() throws Exception {
    // not in the build's folder: the program gives root away, and must still read its settings
    folder =
        Files.createTempDirectory(
            "pgbouncer",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    bouncer = PgBouncer.start(folder, TestServer.shared().port());
  }

  @AfterEach
  void stop() throws Exception {
    bouncer.close();
    for (String file : new String[] {"pgbouncer.ini", "users.txt"}) {
      Files.deleteIfExists(folder.resolve(file));
    }
    Files.delete(folder);
  }

  private String url() {
    return TestServer.url(bouncer.port(), TestServer.newSchema()) + "&poll-millis=20";
  }

  @Test
  void historiesAreRightWithoutSessions() throws Exception {
    String url = url();
    History history = new History();
    try (EventStore one = EventStore.open(url);
        EventStore other = EventStore.open(url);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        HistoryClient client = new HistoryClient(history, i, i % 2 == 0 ? one : other, i);
        clients.add(
            threads.submit(() -> {
              for (int step = 0; step < STEPS; step++) {
                client.step().join();
              }
            }));
      }
      for (Future<?> client : clients) {
        client.get(2, TimeUnit.MINUTES);
      }
      history.check(one);
      assertThat(history.appended()).isGreaterThan(STEPS);
    }
  }

  @Test
  void whatIsAnsweredIsSeenByOtherProcessesAtOnce() throws Exception {
    String url = url();
    try (EventStore one = EventStore.open(url);
        EventStore other = EventStore.open(url);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        EventStore writer = i % 2 == 0 ? one : other;
        EventStore reader = i % 2 == 0 ? other : one;
        long client = i;
        clients.add(
            threads.submit(() -> {
              for (int step = 0; step < 5 * STEPS; step++) {
                AppendResult.Appended appended =
                    (AppendResult.Appended)
                        writer
                            .append(
                                Append.of(
                                    new UUID(client + 10, step),
                                    List.of(new NewEvent("a", 1, List.of(), Bytes.utf8("x")))))
                            .join();
                assertThat(reader.head()).isGreaterThanOrEqualTo(appended.last());
              }
            }));
      }
      for (Future<?> client : clients) {
        client.get(2, TimeUnit.MINUTES);
      }
    }
  }

  @Test
  void subscribersOfOtherProcessesArePolledFor() throws Exception {
    String url = url();
    try (EventStore writer = EventStore.open(url);
        EventStore reader = EventStore.open(url);
        Subscription subscription = reader.subscribe(Query.all(), 0)) {
      Semaphore woken = new Semaphore(0);
      subscription.onAvailable(woken::release);
      for (int i = 1; i <= 10; i++) {
        writer
            .append(
                Append.of(
                    new UUID(7, i), List.of(new NewEvent("a", 1, List.of(), Bytes.utf8("x")))))
            .get(30, TimeUnit.SECONDS);
        while (subscription.position() < i) {
          if (subscription.poll(10).events().isEmpty()) {
            assertThat(woken.tryAcquire(30, TimeUnit.SECONDS)).as("woken").isTrue();
          }
        }
      }
    }
  }
}
