package dev.millrace.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Query.Criterion;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * On many rows every statement looks at as many as it needs, through an index. The server itself
 * counts: what it looked through, and how many rows it fetched. By day 100,000 events, at night a
 * million.
 */
final class PlansTest {
  private static final int EVENTS = Boolean.getBoolean("millrace.nightly") ? 1_000_000 : 100_000;
  private static final int BATCH = 500;
  private static final int ENTITIES = EVENTS / 20;
  private static final int ROUNDS = 100;

  private final String schema = TestServer.newSchema();

  private static TagValue entity(long number) {
    return new TagValue("entity", Long.toString(number));
  }

  private static NewEvent event(int i) {
    return new NewEvent(
        i % (EVENTS / 5) == 7 ? "rare" : "common-" + i % 3,
        1,
        List.of(entity(i % ENTITIES), new TagValue("shop", Integer.toString(i % 7))),
        Bytes.utf8("x"));
  }

  private static void fill(EventStore store) throws Exception {
    List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
    for (int from = 0; from < EVENTS; from += BATCH) {
      List<NewEvent> events = new ArrayList<>(BATCH);
      for (int i = from; i < from + BATCH; i++) {
        events.add(event(i));
      }
      answers.add(store.append(Append.of(new UUID(1, from), events)));
      if (answers.size() == 20) {
        for (CompletableFuture<AppendResult> answer : answers) {
          assertThat(answer.get(60, TimeUnit.SECONDS)).isInstanceOf(Appended.class);
        }
        answers.clear();
      }
    }
    for (CompletableFuture<AppendResult> answer : answers) {
      assertThat(answer.get(60, TimeUnit.SECONDS)).isInstanceOf(Appended.class);
    }
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void everyStatementGoesThroughAnIndex() throws Exception {
    String url = TestServer.shared().url(schema);
    try (EventStore store = EventStore.open(url)) {
      fill(store);
    }
    TestServer.shared().execute("VACUUM ANALYZE " + schema + ".event");
    TestServer.shared().execute("VACUUM ANALYZE " + schema + ".event_tag");
    long[] before = counters();
    try (EventStore store = EventStore.open(url)) {
      conditions(store);
      reads(store);
    }
    long[] after = counters();
    assertThat(after[0] - before[0]).as("scans of whole tables").isZero();
    assertThat(after[1] - before[1])
        .as("rows that were fetched through indexes")
        .isBetween(1L, 70_000L);
  }

  /** Plans are made while there is nothing, and nobody analyzes the tables. */
  @Test
  void aStoreThatGrowsFromNothingIsNotLookedThrough() throws Exception {
    try (EventStore store = EventStore.open(TestServer.shared().url(schema))) {
      store.append(Append.of(new UUID(3, 0), List.of(event(0)))).get(60, TimeUnit.SECONDS);
      lookUp(store);
      List<NewEvent> events = IntStream.range(1, 2_000).mapToObj(PlansTest::event).toList();
      store.append(Append.of(new UUID(3, 1), events)).get(60, TimeUnit.SECONDS);
      lookUp(store);
    }
    assertThat(lookedThrough()).as("rows that were looked through").isLessThan(2_000);
  }

  /** Often enough for a server to keep a plan. */
  private static void lookUp(EventStore store) throws Exception {
    for (int i = 0; i < 20; i++) {
      Query ofEntity = Query.tags(entity(0));
      assertThat(all(store, ofEntity)).isEqualTo(1);
      assertThat(store.find(new UUID(3, 0))).isPresent();
      Append append = Append.of(new UUID(4, i), List.of(event(0)));
      assertThat(
              store
                  .append(append.onlyIf(AppendCondition.noneMatching(ofEntity, 0)))
                  .get(60, TimeUnit.SECONDS))
          .isEqualTo(new Conflict(1));
    }
  }

  private long lookedThrough() throws Exception {
    try (Connection connection = TestServer.shared().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_stat_force_next_flush()");
      statement.execute("SELECT pg_stat_clear_snapshot()");
      try (ResultSet row =
          statement.executeQuery(
              "SELECT sum(seq_tup_read) FROM pg_stat_all_tables WHERE relname LIKE 'event%'"
                  + " AND schemaname = '"
                  + schema
                  + "'")) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** Far more than the five times after which a server may settle on one plan for a statement. */
  private static void conditions(EventStore store) throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      Query ofEntity =
          new Query(
              Tenant.DEFAULT, List.of(new Criterion(List.of("common-1"), List.of(entity(i)))));
      Append append = Append.of(new UUID(2, i), List.of(event(i)));
      assertThat(
              store
                  .append(append.onlyIf(AppendCondition.noneMatching(ofEntity, 0)))
                  .get(60, TimeUnit.SECONDS))
          .isInstanceOf(Conflict.class);
      assertThat(
              store
                  .append(append.onlyIf(AppendCondition.noneMatching(ofEntity, store.head())))
                  .get(60, TimeUnit.SECONDS))
          .isInstanceOf(Appended.class);
      assertThat(store.append(append).get(60, TimeUnit.SECONDS)).isInstanceOf(Appended.class);
      assertThat(store.find(new UUID(1, BATCH * (long) i))).isPresent();
    }
  }

  private static void reads(EventStore store) {
    for (int i = 0; i < ROUNDS; i++) {
      assertThat(all(store, Query.tags(entity(ENTITIES - 1 - i)))).isEqualTo(20);
      assertThat(all(store, Query.tags(entity(ENTITIES - 1 - i), new TagValue("shop", "1"))))
          .isBetween(1L, 10L);
    }
    for (int i = 0; i < 10; i++) {
      assertThat(all(store, Query.types("rare").acrossTenants())).isEqualTo(6);
      assertThat(store.read(Query.all(), Long.MAX_VALUE, Direction.BACKWARD, 10).events())
          .hasSize(10);
      assertThat(store.read(Query.all(), EVENTS / 2, Direction.FORWARD, 100).events()).hasSize(100);
    }
  }

  private static long all(EventStore store, Query query) {
    long found = 0;
    long head = store.head();
    for (long from = 1; from <= head; ) {
      EventPage page = store.read(query, from, Direction.FORWARD, 1_000);
      found += page.events().size();
      from = page.examined() + 1;
    }
    return found;
  }

  /** What the server has counted of the tables of events, when all sessions have told it. */
  private long[] counters() throws Exception {
    try (Connection connection = TestServer.shared().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_stat_force_next_flush()");
      statement.execute("SELECT pg_stat_clear_snapshot()");
      try (ResultSet row =
          statement.executeQuery(
              "SELECT sum(seq_scan), sum(idx_tup_fetch) FROM pg_stat_user_tables WHERE schemaname"
                  + " = '"
                  + schema
                  + "' AND relname IN ('event', 'event_tag')")) {
        row.next();
        return new long[] {row.getLong(1), row.getLong(2)};
      }
    }
  }
}
