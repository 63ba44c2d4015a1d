package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.StoreActivity;
import dev.millrace.core.store.StoreActivity.HotTag;
import dev.millrace.core.store.TagValue;
import dev.millrace.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A store tells what it has done and how full it is. */
final class ActivityTest {
  private static LogEventStore open(Simulation simulation, LogOptions options) {
    return simulation.await(LogEventStore.opening(simulation.disk(), simulation.seams(), options));
  }

  private static StoreActivity activity(LogEventStore store) {
    return store.activity().orElseThrow();
  }

  @Test
  void groupsAreCountedWithTheirEventsAndBytes() {
    Simulation simulation = Simulation.of(1);
    LogEventStore store = open(simulation, LogOptions.DEFAULT);
    simulation.await(store.append(Workloads.append(0, 10)));
    List<CompletableFuture<AppendResult>> together = new ArrayList<>();
    for (int i = 1; i < 8; i++) {
      together.add(store.append(Workloads.append(i, 10, 20)));
    }
    together.forEach(simulation::await);

    StoreActivity activity = activity(store);

    assertThat(activity.groupEvents().sum()).isEqualTo(15);
    assertThat(activity.groupEvents().counts().get(0)).as("groups of one event").isEqualTo(1);
    assertThat(activity.groupEvents().count()).isBetween(2L, 8L);
    assertThat(activity.groupBytes().sum())
        .isEqualTo(store.bytes().orElseThrow() - 4096)
        .isGreaterThan(15 * 20);
    assertThat(activity.syncMicros().count()).isEqualTo(activity.groupEvents().count());
    assertThat(activity.queue().appends()).isZero();
    assertThat(activity.queue().bytes()).isZero();
    assertThat(activity.segments()).isEqualTo(1);
  }

  @Test
  void appendsThatWaitAndThoseThatAreRefusedAreCounted() {
    Simulation simulation = Simulation.of(1);
    LogEventStore store = open(simulation, LogOptions.DEFAULT.withMaxQueuedAppends(3));
    List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      answers.add(store.append(Workloads.append(i, 10)));
    }

    assertThat(activity(store).queue().appends()).isEqualTo(3);
    assertThat(activity(store).queue().bytes()).isPositive();
    assertThat(activity(store).overloads()).isEqualTo(7);
    answers.subList(0, 3).forEach(simulation::await);
    assertThat(activity(store).queue().appends()).isZero();
  }

  @Test
  void theHottestTagsAreFoundAmongMany() {
    Simulation simulation = Simulation.of(1);
    LogEventStore store = open(simulation, Workloads.TINY);
    SplittableRandom random = new SplittableRandom(4);
    int hot = 0;
    for (int i = 0; i < 2_000; i++) {
      boolean isHot = random.nextInt(5) == 0;
      hot += isHot ? 1 : 0;
      TagValue tag =
          isHot
              ? new TagValue("shop", "all")
              : new TagValue("order", Integer.toString(random.nextInt(500)));
      conflict(simulation, store, i, tag);
    }

    StoreActivity activity = activity(store);

    assertThat(activity.conflicts()).isEqualTo(2_000);
    HotTag first = activity.hotTags().get(0);
    assertThat(first.tag()).isEqualTo("shop:all");
    assertThat((long) hot).isBetween(first.conflicts() - first.overcount(), first.conflicts());
    assertThat(activity.hotTags()).hasSize(10);
  }

  /** An event with a tag, and an append whose condition has not seen it. */
  private static void conflict(
      Simulation simulation, LogEventStore store, int number, TagValue tag) {
    NewEvent event = new NewEvent("changed", 1, List.of(tag), Bytes.EMPTY);
    Append first = Append.of(new UUID(1, number), List.of(event));
    simulation.await(store.append(first));
    AppendCondition stale = AppendCondition.noneMatching(Query.tags(tag), store.head() - 1);
    Append second = Append.of(new UUID(2, number), List.of(event)).onlyIf(stale);
    assertThat(simulation.await(store.append(second))).isInstanceOf(Conflict.class);
  }

  @Test
  void aConditionWithoutTagsCountsAsOneForEverything() {
    Simulation simulation = Simulation.of(1);
    LogEventStore store = open(simulation, LogOptions.DEFAULT);
    simulation.await(store.append(Workloads.append(0, 10)));
    AppendCondition stale = AppendCondition.noneMatching(Query.types("type-0"), 0);
    simulation.await(store.append(Workloads.append(1, 10).onlyIf(stale)));
    AppendCondition anything = AppendCondition.noneMatching(Query.all(), 0);
    simulation.await(store.append(Workloads.append(2, 10).onlyIf(anything)));

    assertThat(activity(store).hotTags()).containsExactly(new HotTag("", 2, 0));
  }
}
