package dev.millrace.postgresql;

import static dev.millrace.core.Decision.accept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Accepted;
import dev.millrace.core.Command;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.Tag;
import dev.millrace.core.View;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.testkit.history.History;
import org.junit.jupiter.api.Test;

/**
 * A process of the version before goes on beside one of the next, which appends what it does not
 * know and has changed the tables.
 */
final class RollingDeployTest {
  sealed interface Before {
    String order();
  }

  record Placed(String order) implements Before {}

  sealed interface After {
    String order();
  }

  record PlacedToo(String order) implements After {}

  record Wrapped(String order, String paper) implements After {}

  record Place(String order) implements Command<String> {}

  record Wrap(String order) implements Command<String> {}

  private static final Tag<String> ORDER = Tag.named("order");

  private static final View<String, Integer> PLACED =
      View.of(Integer.class).keyed(ORDER).starting(0).on(Placed.class, (count, event) -> count + 1);

  private static final View<String, Integer> WRAPPED =
      View.of(Integer.class)
          .keyed(ORDER)
          .starting(0)
          .on(Wrapped.class, (count, event) -> count + 1);

  private static Context before() {
    return Context.named("orders")
        .events(Events.of(Before.class).tag(ORDER, Before::order).name("placed", Placed.class))
        .on(Place.class)
        .reading(PLACED, Place::order)
        .decide((count, command) -> accept(new Placed(command.order())))
        .build();
  }

  private static Context after() {
    return Context.named("orders")
        .events(
            Events.of(After.class)
                .tag(ORDER, After::order)
                .name("placed", PlacedToo.class)
                .name("wrapped", Wrapped.class))
        .on(Wrap.class)
        .reading(WRAPPED, Wrap::order)
        .decide((count, command) -> accept(new Wrapped(command.order(), "blue")))
        .build();
  }

  @Test
  void theOldOneDecidesAndReadsAmongEventsOfTypesThatItDoesNotKnow() throws Exception {
    String schema = TestServer.newSchema();
    String url = TestServer.shared().url(schema);
    try (EventStore oldStore = EventStore.open(url);
        Millrace old = Millrace.host(before(), oldStore);
        EventStore newStore = EventStore.open(url);
        Millrace next = Millrace.host(after(), newStore)) {
      TestServer.shared()
          .execute(
              "INSERT INTO "
                  + schema
                  + ".schema_version (installed_rank, version, description, type, script,"
                  + " installed_by, execution_time, success) VALUES (999, '999', 'of the next"
                  + " version', 'SQL', 'V999.sql', 'x', 1, true)");
      TestServer.shared().execute("ALTER TABLE " + schema + ".event ADD COLUMN later text");
      for (int i = 0; i < 20; i++) {
        assertThat(old.send(new Place("o-1"), "place-" + i)).isInstanceOf(Accepted.class);
        assertThat(next.send(new Wrap("o-1"), "wrap-" + i)).isInstanceOf(Accepted.class);
      }
      assertThat(old.read("orders", PLACED, "o-1")).isEqualTo(20);
      assertThat(History.everything(oldStore))
          .extracting(RecordedEvent::type)
          .hasSize(40)
          .contains("placed", "wrapped");
      try (EventStore again = EventStore.open(url)) {
        assertThat(again.head()).as("opened by the old program").isEqualTo(40);
      }
    }
  }
}
