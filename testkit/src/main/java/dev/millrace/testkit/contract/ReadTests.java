package dev.millrace.testkit.contract;

import static dev.millrace.testkit.contract.Samples.append;
import static dev.millrace.testkit.contract.Samples.event;
import static dev.millrace.testkit.contract.Samples.numbered;
import static dev.millrace.testkit.contract.Samples.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Query.Criterion;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Reads find what matches, in either direction, page by page, and say how far they looked. */
abstract class ReadTests extends StoreTests {
  private static final Tenant ACME = new Tenant("acme");
  private static final Tenant BETA = new Tenant("beta");

  ReadTests(EventStoreContract contract) {
    super(contract);
  }

  @Test
  void typesAndTagsPickEvents() throws Exception {
    stored(append(event("a", "x:1", "y:1"), event("b", "x:1"), event("a", "y:1"), event("c")));
    for (int start = 0; start < 2; start++) {
      assertThat(types(Query.all())).containsExactly("a", "b", "a", "c");
      assertThat(types(Query.types("a"))).containsExactly("a", "a");
      assertThat(types(Query.types("a", "c"))).containsExactly("a", "a", "c");
      assertThat(types(Query.types("d"))).isEmpty();
      assertThat(types(Query.tags(tag("x:1")))).containsExactly("a", "b");
      assertThat(types(Query.tags(tag("x:1"), tag("y:1")))).containsExactly("a");
      assertThat(types(Query.tags(tag("x:1"), tag("y:2")))).isEmpty();
      assertThat(types(Query.of(Set.of("b", "c"), Set.of(tag("x:1"))))).containsExactly("b");
      restart();
    }
  }

  private List<String> types(Query query) {
    return readAll(query).stream().map(RecordedEvent::type).toList();
  }

  @Test
  void anEventThatFitsSeveralCriteriaIsFoundOnce() {
    stored(append(event("a", "x:1", "y:1"), event("b", "x:1"), event("c", "y:1")));
    Criterion byX = new Criterion(List.of(), Samples.tags("x:1"));
    Criterion byY = new Criterion(List.of(), Samples.tags("y:1"));
    Criterion byType = new Criterion(List.of("a"), List.of());
    Query query = new Query(Tenant.DEFAULT, List.of(byY, byX, byType));
    assertThat(types(query)).containsExactly("a", "b", "c");
    assertThat(types(new Query(Tenant.DEFAULT, List.of(byX, new Criterion(List.of(), List.of())))))
        .hasSize(3);
  }

  @Test
  void namesThatLookAlikeAreNotTheSame() {
    stored(append(event("order"), event("orders"), event("Order"), event("order:1")));
    stored(append(event("t", "a:bc"), event("t", "ab:c"), event("t", "a:b:c"), event("t", "A:bc")));
    assertThat(readAll(Query.types("order"))).hasSize(1);
    assertThat(readAll(Query.tags(new TagValue("a", "bc")))).hasSize(1);
    assertThat(readAll(Query.tags(new TagValue("a", "b:c")))).hasSize(1);
    assertThat(readAll(Query.types("a:bc"))).isEmpty();
  }

  @Test
  void tenantsAreApartUnlessTheQuerySaysSo() throws Exception {
    stored(append(event("a", "x:1")));
    stored(append(event("b", "x:1")).forTenant(ACME));
    stored(append(event("c", "x:1"), event("d")).forTenant(BETA));
    for (int start = 0; start < 2; start++) {
      assertThat(types(Query.all())).containsExactly("a");
      assertThat(types(Query.all().forTenant(ACME))).containsExactly("b");
      assertThat(types(Query.all().forTenant(BETA))).containsExactly("c", "d");
      assertThat(types(Query.all().forTenant(new Tenant("nobody")))).isEmpty();
      assertThat(types(Query.tags(tag("x:1")).forTenant(ACME))).containsExactly("b");
      assertThat(types(Query.tags(tag("x:1")).acrossTenants())).containsExactly("a", "b", "c");
      assertThat(types(Query.types("b").forTenant(BETA))).isEmpty();
      assertThat(types(Query.all().acrossTenants())).containsExactly("a", "b", "c", "d");
      restart();
    }
  }

  @Test
  void pagesForwardJoinWithoutAGapOrARepeat() {
    fill(57);
    for (int limit : new int[] {1, 2, 3, 7, 19, 20, 57, 1_000, EventStore.MAX_PAGE}) {
      for (Query query : List.of(Query.all(), Query.types("even"), Query.tags(tag("mod5:3")))) {
        List<RecordedEvent> found = new ArrayList<>();
        long from = 0;
        while (from <= store().head()) {
          EventPage page = store().read(query, from, Direction.FORWARD, limit);
          assertForward(query, from, limit, page);
          found.addAll(page.events());
          from = page.examined() + 1;
        }
        assertThat(found).isEqualTo(everything().stream().filter(query::matches).toList());
      }
    }
  }

  private void assertForward(Query query, long from, int limit, EventPage page) {
    assertThat(page.events().size()).isLessThanOrEqualTo(limit);
    assertThat(page.examined()).isBetween(from, store().head());
    assertThat(page.events())
        .isEqualTo(
            everything().stream()
                .filter(event -> event.position() >= from && event.position() <= page.examined())
                .filter(query::matches)
                .toList());
  }

  @Test
  void pagesBackwardJoinWithoutAGapOrARepeat() {
    fill(57);
    List<RecordedEvent> reversed = new ArrayList<>(everything()).reversed();
    for (int limit : new int[] {1, 2, 3, 7, 20, 57, 1_000, EventStore.MAX_PAGE}) {
      for (Query query : List.of(Query.all(), Query.types("even"), Query.tags(tag("mod5:3")))) {
        List<RecordedEvent> found = new ArrayList<>();
        long from = Long.MAX_VALUE;
        while (from >= 1) {
          long start = Math.min(from, store().head());
          EventPage page = store().read(query, from, Direction.BACKWARD, limit);
          assertThat(page.events().size()).isLessThanOrEqualTo(limit);
          assertThat(page.examined()).isBetween(0L, start);
          assertThat(page.events())
              .isEqualTo(
                  reversed.stream()
                      .filter(event -> event.position() <= start)
                      .filter(event -> event.position() >= page.examined())
                      .filter(query::matches)
                      .toList());
          found.addAll(page.events());
          from = page.examined() - 1;
        }
        assertThat(found).isEqualTo(reversed.stream().filter(query::matches).toList());
      }
    }
  }

  private void fill(int count) {
    for (int i = 0; i < count; i++) {
      stored(append(numbered(i % 2 == 0 ? "even" : "odd", i, "mod5:" + i % 5)));
    }
  }

  @Test
  void aReadBeginsInTheMiddleOfAnAppendWhenItIsAskedTo() {
    long first = stored(append(event("a"), event("b"), event("c"))).first();
    List<RecordedEvent> all = everything();
    EventPage forward = store().read(Query.all(), first + 1, Direction.FORWARD, 1);
    assertThat(forward.events()).containsExactly(all.get(1));
    EventPage backward = store().read(Query.all(), first + 1, Direction.BACKWARD, 5);
    assertThat(backward.events()).containsExactly(all.get(1), all.get(0));
  }

  @Test
  void whatIsNotThereIsNotExamined() {
    assertNothing(0, Direction.FORWARD, -1, 0);
    assertNothing(1, Direction.FORWARD, 0, 0);
    assertNothing(0, Direction.BACKWARD, 1, 1);
    assertNothing(9, Direction.BACKWARD, 1, 1);
    fill(3);
    long head = store().head();
    assertNothing(head + 1, Direction.FORWARD, head, head);
    assertNothing(head + 100, Direction.FORWARD, head + 99, head + 99);
    assertNothing(Long.MAX_VALUE, Direction.FORWARD, Long.MAX_VALUE - 1, Long.MAX_VALUE - 1);
    assertNothing(0, Direction.BACKWARD, 1, 1);
  }

  private void assertNothing(long from, Direction direction, long atLeast, long atMost) {
    EventPage page = store().read(Query.all(), from, direction, 10);
    assertThat(page.events()).isEmpty();
    assertThat(page.examined()).as("%s from %s", direction, from).isBetween(atLeast, atMost);
  }

  @Test
  void wrongArgumentsAreRefused() {
    assertThatThrownBy(() -> store().read(Query.all(), -1, Direction.FORWARD, 1))
        .isInstanceOf(IllegalArgumentException.class);
    for (int limit : new int[] {Integer.MIN_VALUE, -1, 0, EventStore.MAX_PAGE + 1}) {
      assertThatThrownBy(() -> store().read(Query.all(), 1, Direction.FORWARD, limit))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> store().read(Query.all(), 1, Direction.BACKWARD, limit))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
