package dev.millrace.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.postgresql.PostgresqlEventStore.Continuation;
import dev.millrace.testkit.history.History;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** Rows that are copied into other tables, as a dump and its restore do, are not the store. */
final class CopyTest {
  private static final List<String> TABLES = List.of("store", "event", "event_tag", "snapshot");

  private final String original = TestServer.newSchema();
  private final String copy = TestServer.newSchema();

  private static String url(String schema) {
    return TestServer.shared().url(schema);
  }

  private static Append append(long number) {
    return Append.of(
        new UUID(1, number), List.of(new NewEvent("a", 1, List.of(), Bytes.utf8("x"))));
  }

  /** What {@code COPY} writes and reads, in tables made anew: so does a dump. */
  private void dumpAndRestore() throws Exception {
    EventStore.open(url(copy)).close();
    try (Connection connection = TestServer.shared().connect()) {
      CopyManager manager = connection.unwrap(PGConnection.class).getCopyAPI();
      for (String table : TABLES) {
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        manager.copyOut("COPY " + original + "." + table + " TO STDOUT", rows);
        TestServer.shared().execute("TRUNCATE " + copy + "." + table);
        manager.copyIn(
            "COPY " + copy + "." + table + " FROM STDIN",
            new ByteArrayInputStream(rows.toByteArray()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCopyIsRefusedUntilSomebodySaysHowItsHistoryGoesOn(Continuation continuation)
      throws Exception {
    StoreIdentity before;
    try (EventStore store = EventStore.open(url(original))) {
      before = store.identity();
      store.append(append(1)).join();
    }
    dumpAndRestore();
    assertThatThrownBy(() -> EventStore.open(url(copy)))
        .isInstanceOf(StoreMismatchException.class)
        .hasMessageContaining("--new-history");
    StoreIdentity said =
        PostgresqlEventStore.reconcile(
            PostgresqlOptions.parse(url(copy)), SystemSeams.shared(), continuation);
    boolean same = continuation == Continuation.SAME_HISTORY;
    assertThat(said).isEqualTo(new StoreIdentity(before.id(), same ? 1 : 2));
    try (EventStore store = EventStore.open(url(copy))) {
      assertThat(store.identity()).isEqualTo(said);
      assertThat(History.everything(store)).hasSize(1);
      store.append(append(2)).join();
      assertThat(store.head()).isEqualTo(2);
    }
  }

  @Test
  void aStoreThatIsOpenStopsWhenItsHistoryIsChangedBehindIt() throws Exception {
    try (EventStore store = EventStore.open(url(original))) {
      store.append(append(1)).join();
      PostgresqlEventStore.reconcile(
          PostgresqlOptions.parse(url(original)), SystemSeams.shared(), Continuation.NEW_HISTORY);
      assertThatThrownBy(() -> store.append(append(2)).join())
          .hasCauseInstanceOf(StoreMismatchException.class);
      assertThatThrownBy(() -> History.everything(store))
          .isInstanceOf(StoreMismatchException.class);
    }
  }

  @Test
  void aStoreThatIsOpenStopsWhenEventsThatItHasSeenAreGone() throws Exception {
    try (EventStore store = EventStore.open(url(original))) {
      store.append(append(1)).join();
      store.append(append(2)).join();
      TestServer.shared().execute("DELETE FROM " + original + ".event WHERE position = 2");
      assertThatThrownBy(() -> store.append(append(3)).join())
          .hasCauseInstanceOf(StoreMismatchException.class);
    }
  }
}
