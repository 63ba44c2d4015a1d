package dev.millrace.testkit.contract;

import static dev.millrace.testkit.contract.Samples.append;
import static dev.millrace.testkit.contract.Samples.event;
import static dev.millrace.testkit.contract.Samples.guarded;
import static dev.millrace.testkit.contract.Samples.tag;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Query.Criterion;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** An append goes in only when nothing matches its condition after the position that it names. */
abstract class ConditionTests extends StoreTests {

  ConditionTests(EventStoreContract contract) {
    super(contract);
  }

  @Test
  void aConflictStoresNothingAndNamesAnEventThatMatches() throws Exception {
    stored(append(event("a", "x:1")));
    Appended second = stored(append(event("a", "x:1")));
    stored(append(event("a", "x:2")));
    Conflict conflict = refused(guarded(Query.tags(tag("x:1")), 0, event("b", "x:1"), event("c")));
    assertThat(conflict.position()).isEqualTo(second.first());
    assertThat(everything()).hasSize(3);
    restart();
    assertThat(everything()).hasSize(3);
  }

  @Test
  void whatIsAtOrBeforeThePositionDoesNotMatter() throws Exception {
    Appended first = stored(append(event("a", "x:1"), event("a", "x:1")));
    Query boundary = Query.tags(tag("x:1"));
    refused(guarded(boundary, 0, event("b")));
    refused(guarded(boundary, first.last() - 1, event("b")));
    stored(guarded(boundary, first.last(), event("b")));
    restart();
    refused(guarded(boundary, first.last() - 1, event("c")));
    stored(guarded(boundary, first.last(), event("c")));
  }

  @Test
  void typesAndAllOfTheTagsMustFit() {
    stored(append(event("a", "x:1", "y:1"), event("b", "x:1")));
    refused(guarded(Query.of(Set.of("a"), Set.of(tag("x:1"))), 0, event("n")));
    refused(guarded(Query.of(Set.of("a", "c"), Set.of(tag("x:1"), tag("y:1"))), 0, event("n")));
    stored(guarded(Query.of(Set.of("b"), Set.of(tag("y:1"))), 0, event("n")));
    stored(guarded(Query.of(Set.of("c"), Set.of(tag("x:1"))), 0, event("n")));
    stored(guarded(Query.tags(tag("x:1"), tag("y:2")), 0, event("n")));
    stored(guarded(Query.tags(tag("y:x")), 0, event("n")));
  }

  @Test
  void anyOfTheCriteriaIsEnough() {
    stored(append(event("a", "x:1")));
    Criterion no = new Criterion(List.of("b"), List.of());
    Criterion yes = new Criterion(List.of(), Samples.tags("x:1"));
    refused(guarded(new Query(Tenant.DEFAULT, List.of(no, yes)), 0, event("n")));
    stored(guarded(new Query(Tenant.DEFAULT, List.of(no, no)), 0, event("n")));
  }

  @Test
  void anEmptyQueryIsAboutEveryEventOfTheTenant() {
    stored(guarded(Query.all(), 0, event("first")));
    refused(guarded(Query.all(), 0, event("second")));
    stored(guarded(Query.all(), store().head(), event("second")));
  }

  @Test
  void tenantsDoNotDisturbEachOtherUnlessTheConditionSaysSo() {
    Tenant acme = new Tenant("acme");
    Query boundary = Query.tags(tag("x:1"));
    stored(append(event("a", "x:1")).forTenant(acme));
    stored(guarded(boundary, 0, event("n")));
    refused(guarded(boundary.forTenant(acme), 0, event("n")));
    refused(guarded(boundary.acrossTenants(), 0, event("n")));
    refused(guarded(boundary.forTenant(acme), 0, event("n")).forTenant(acme));
    stored(guarded(boundary, 0, event("n")).forTenant(acme));
  }

  @Test
  void anAppendsOwnEventsDoNotCount() {
    stored(guarded(Query.types("a"), 0, event("a"), event("a")));
  }

  @Test
  void aPositionBeyondTheHeadIsAPromiseAboutWhatIsYetToCome() {
    Appended first = stored(append(event("a", "x:1")));
    long promised = first.last() + 2;
    Query boundary = Query.tags(tag("x:1"));
    Appended next = stored(guarded(boundary, promised, event("a", "x:1")));
    assertThat(next.last()).isLessThanOrEqualTo(promised);
    stored(guarded(boundary, promised, event("b")));
    stored(guarded(boundary, Long.MAX_VALUE, event("b")));
    long kept = first.last();
    while (kept <= promised) {
      kept = stored(append(event("a", "x:1"))).last();
    }
    refused(guarded(boundary, promised, event("b")));
    stored(guarded(boundary, Long.MAX_VALUE, event("b")));
  }

  @Test
  void conditionsSeeWhatIsStillInFlight() {
    for (int round = 0; round < 50; round++) {
      Query boundary = Query.tags(tag("round:" + round));
      List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        answers.add(store().append(guarded(boundary, 0, event("n", "round:" + round, "i:" + i))));
      }
      List<AppendResult> results = answers.stream().map(StoreTests::await).toList();
      assertThat(results).filteredOn(Appended.class::isInstance).hasSize(1);
      assertThat(results).filteredOn(Conflict.class::isInstance).hasSize(7);
      assertThat(readAll(boundary)).hasSize(1);
    }
  }

  @Test
  void aConditionMayHaveManyCriteria() {
    List<Criterion> criteria = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      criteria.add(new Criterion(List.of("sold"), Samples.tags("product:" + i)));
    }
    Query boundary = new Query(Tenant.DEFAULT, criteria);
    stored(append(event("sold", "product:500"), event("bought", "product:3")));
    long after = stored(guarded(boundary, 0, event("sold", "product:499"))).last();
    refused(guarded(boundary, 0, event("n")));
    stored(guarded(boundary, after, event("n")));
  }

  @Test
  void conditionsReachBackBehindManyOtherEventsAndRestarts() throws Exception {
    Appended early = stored(append(event("early", "x:1")));
    List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      answers.add(store().append(append(event("later", "y:" + i % 700))));
    }
    answers.forEach(StoreTests::await);
    for (int start = 0; start < 2; start++) {
      assertThat(refused(guarded(Query.tags(tag("x:1")), 0, event("n"))).position())
          .isEqualTo(early.first());
      refused(guarded(Query.types("early"), early.first() - 1, event("n")));
      assertThat(stored(guarded(Query.tags(tag("x:1")), early.last(), event("n"))).repeated())
          .isFalse();
      restart();
    }
  }
}
