package dev.millrace.testkit.contract;

import static dev.millrace.testkit.contract.Samples.append;
import static dev.millrace.testkit.contract.Samples.event;
import static dev.millrace.testkit.contract.Samples.guarded;
import static dev.millrace.testkit.contract.Samples.numbered;
import static dev.millrace.testkit.contract.Samples.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendIdReusedException;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** An append id counts once: the same again answers as before, something else is refused. */
abstract class RepeatedAppendTests extends StoreTests {

  RepeatedAppendTests(EventStoreContract contract) {
    super(contract);
  }

  @Test
  void theSameAppendAgainAnswersAsTheFirstTime() throws Exception {
    stored(append(event("before")));
    Append append = append(event("a", "x:1"), event("b"));
    Appended first = stored(append);
    stored(append(event("after")));
    for (int start = 0; start < 3; start++) {
      assertThat(answer(append)).isEqualTo(repeated(first));
      assertThat(everything()).hasSize(4);
      restart();
    }
  }

  private static Appended repeated(Appended first) {
    return new Appended(first.first(), first.last(), first.time(), true);
  }

  @Test
  void itAnswersAlsoWhenTheConditionNoLongerHolds() throws Exception {
    Query boundary = Query.tags(tag("x:1"));
    Append append = guarded(boundary, 0, event("a", "x:1"));
    Appended first = stored(append);
    stored(append(event("b", "x:1")));
    assertThat(answer(append)).isEqualTo(repeated(first));
    restart();
    assertThat(answer(append)).isEqualTo(repeated(first));
    assertThat(readAll(boundary)).hasSize(2);
  }

  @Test
  void conditionMetadataAndCommandAreNotPartOfTheContent() {
    Append append = append(event("a"));
    Appended first = stored(append);
    Append retried =
        append
            .onlyIf(AppendCondition.noneMatching(Query.all(), 0))
            .with(new Metadata("other", "other", null, "other"))
            .causedBy(new CommandRecord("id", "type", 1, null));
    assertThat(answer(retried)).isEqualTo(repeated(first));
    assertThat(store().find(append.id()).orElseThrow().metadata()).isEqualTo(Metadata.NONE);
  }

  @Test
  void anythingElseUnderTheSameIdIsRefused() throws Exception {
    NewEvent event = new NewEvent("a", 2, Samples.tags("x:1", "y:2"), Bytes.utf8("data"));
    Append append = append(event, event("b"));
    stored(append);
    List<Append> others =
        List.of(
            append.forTenant(new Tenant("other")),
            with(append, List.of(event)),
            with(append, List.of(event("b"), event)),
            with(append, List.of(event, event("b"), event("c"))),
            with(append, List.of(changed("z", 2, "data", "x:1", "y:2"), event("b"))),
            with(append, List.of(changed("a", 3, "data", "x:1", "y:2"), event("b"))),
            with(append, List.of(changed("a", 2, "datA", "x:1", "y:2"), event("b"))),
            with(append, List.of(changed("a", 2, "data", "y:2", "x:1"), event("b"))),
            with(append, List.of(changed("a", 2, "data", "x:1"), event("b"))));
    for (int start = 0; start < 2; start++) {
      for (Append other : others) {
        assertThatThrownBy(() -> answer(other))
            .as("%s", other)
            .isInstanceOf(AppendIdReusedException.class);
      }
      assertThat(everything()).hasSize(2);
      restart();
    }
  }

  private static NewEvent changed(String type, int version, String data, String... tags) {
    return new NewEvent(type, version, Samples.tags(tags), Bytes.utf8(data));
  }

  private static Append with(Append append, List<NewEvent> events) {
    return Append.of(append.id(), events);
  }

  @Test
  void reuseIsJudgedBeforeTheCondition() {
    Append append = append(event("a"));
    stored(append);
    Append other =
        with(append, List.of(event("b"))).onlyIf(AppendCondition.noneMatching(Query.all(), 0));
    assertThatThrownBy(() -> answer(other)).isInstanceOf(AppendIdReusedException.class);
  }

  @Test
  void aConflictDoesNotUseTheIdUp() {
    stored(append(event("a", "x:1")));
    Append append = guarded(Query.tags(tag("x:1")), 0, event("b"));
    refused(append);
    assertThat(store().find(append.id())).isEmpty();
    Append decidedAgain =
        with(append, List.of(event("c")))
            .onlyIf(AppendCondition.noneMatching(Query.tags(tag("x:1")), store().head()));
    assertThat(stored(decidedAgain).repeated()).isFalse();
  }

  @Test
  void theSameAppendInFlightManyTimesIsStoredOnce() {
    for (int round = 0; round < 20; round++) {
      Append append = guarded(Query.tags(tag("r:" + round)), 0, numbered("a", round, "r:" + round));
      List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        answers.add(store().append(append));
      }
      List<Appended> all = answers.stream().map(answer -> (Appended) await(answer)).toList();
      assertThat(all).filteredOn(answer -> !answer.repeated()).hasSize(1);
      assertThat(all).extracting(Appended::first).containsOnly(all.get(0).first());
      assertThat(all).extracting(Appended::time).containsOnly(all.get(0).time());
      assertThat(readAll(Query.tags(tag("r:" + round)))).hasSize(1);
    }
  }

  @Test
  void otherContentInFlightUnderTheSameIdIsRefused() {
    for (int round = 0; round < 20; round++) {
      Append one = append(numbered("one", round));
      Append other = with(one, List.of(numbered("other", round)));
      List<CompletableFuture<AppendResult>> answers =
          List.of(store().append(one), store().append(other));
      long refused = answers.stream().filter(RepeatedAppendTests::isRefused).count();
      assertThat(refused).isEqualTo(1);
      assertThat(everything()).hasSize(round + 1);
    }
  }

  private static boolean isRefused(CompletableFuture<AppendResult> answer) {
    try {
      await(answer);
      return false;
    } catch (AppendIdReusedException refused) {
      return true;
    }
  }

  @Test
  void idsAreRememberedBehindManyOthers() throws Exception {
    Append early = append(event("early"));
    Appended first = stored(early);
    List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
    for (int i = 0; i < 3_000; i++) {
      answers.add(store().append(append(numbered("later", i))));
    }
    answers.forEach(StoreTests::await);
    assertThat(answer(early)).isEqualTo(repeated(first));
    restart();
    assertThat(answer(early)).isEqualTo(repeated(first));
  }
}
