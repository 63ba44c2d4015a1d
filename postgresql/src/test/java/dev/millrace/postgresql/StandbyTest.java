package dev.millrace.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.core.store.StoreUnavailableException;
import dev.millrace.testkit.history.History;
import dev.millrace.testkit.network.TcpProxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The primary is killed and its streaming standby promoted; clients go through one address. */
final class StandbyTest {
  private static final int APPENDS = 50;

  @TempDir Path folder;
  private TestServer primary;
  private TestServer standby;
  private TcpProxy address;

  @BeforeEach
  void start() throws Exception {
    primary = TestServer.start("wal_level", "replica", "max_wal_senders", "4");
    standby = primary.startStandby(folder.resolve("standby"), "standby");
    address = TcpProxy.to(primary.port());
  }

  @AfterEach
  void stop() throws Exception {
    address.close();
    standby.close();
    primary.close();
  }

  private String url(String options) {
    return TestServer.url(address.port(), "shop") + "&retry-seconds=60" + options;
  }

  private static Append append(long number) {
    return Append.of(
        new UUID(1, number), List.of(new NewEvent("a", 1, List.of(), Bytes.utf8("x"))));
  }

  private void makeSynchronous() throws Exception {
    primary.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
    primary.execute("SELECT pg_reload_conf()");
    primary.awaitTrue("SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'");
  }

  @Test
  void aSynchronousStandbyLosesNothingAndTheHistoryGoesOn() throws Exception {
    makeSynchronous();
    try (EventStore store = EventStore.open(url("&replication=synchronous"))) {
      StoreIdentity identity = store.identity();
      List<Appended> acknowledged = new ArrayList<>();
      for (int i = 0; i < APPENDS; i++) {
        acknowledged.add((Appended) store.append(append(i)).get(60, TimeUnit.SECONDS));
      }
      primary.kill();
      standby.promote();
      address.redirect(standby.port());
      assertThat(History.everything(store))
          .extracting(RecordedEvent::position)
          .containsExactlyElementsOf(acknowledged.stream().map(Appended::first).toList());
      assertThatThrownBy(() -> store.append(append(APPENDS)).get(60, TimeUnit.SECONDS))
          .as("the new primary has no standby of its own yet")
          .hasCauseInstanceOf(StoreUnavailableException.class);
      standby.execute("ALTER SYSTEM SET synchronous_standby_names = '*'");
      standby.execute("SELECT pg_reload_conf()");
      try (TestServer next = standby.startStandby(folder.resolve("next"), "next")) {
        standby.awaitTrue("SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'");
        assertThat(store.append(append(APPENDS)).get(60, TimeUnit.SECONDS))
            .isInstanceOf(Appended.class);
        next.awaitTrue("SELECT count(*) = " + (APPENDS + 1) + " FROM shop.event");
        assertThat(store.identity()).isEqualTo(identity);
        try (EventStore again = EventStore.open(url("&replication=synchronous"))) {
          assertThat(again.identity()).isEqualTo(identity);
        }
      }
    }
  }

  @Test
  void anAsynchronousStandbyBeginsANewEpoch() throws Exception {
    StoreIdentity before;
    try (EventStore store = EventStore.open(url(""))) {
      before = store.identity();
      for (int i = 0; i < APPENDS; i++) {
        store.append(append(i)).get(60, TimeUnit.SECONDS);
      }
      standby.awaitTrue("SELECT count(*) > 0 FROM shop.event");
      primary.kill();
      standby.promote();
      address.redirect(standby.port());
      assertThatThrownBy(() -> store.read(Query.all(), 1, Direction.FORWARD, 10))
          .as("positions that it remembers mean something else there")
          .isInstanceOf(StoreMismatchException.class)
          .hasMessageContaining("after a failover")
          .hasMessageContaining("reconcile");
      assertThatThrownBy(store::head).isInstanceOf(StoreMismatchException.class);
      assertThatThrownBy(() -> store.append(append(APPENDS)).get(60, TimeUnit.SECONDS))
          .as("who had the store open does not go on in another history")
          .hasCauseInstanceOf(StoreMismatchException.class);
    }
    try (EventStore again = EventStore.open(url(""))) {
      assertThat(again.identity()).isEqualTo(new StoreIdentity(before.id(), before.epoch() + 1));
      assertThat(again.append(append(APPENDS)).get(60, TimeUnit.SECONDS))
          .isInstanceOf(Appended.class);
    }
  }
}
