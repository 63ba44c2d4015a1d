package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.processing.DeadLetters;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.testkit.ModelEventStore;
import dev.millrace.testkit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Dead letters of events that several lanes have in common. In the simulator, from fixed seeds. */
final class KeyedDeadLetterTest {
  record Met(List<String> members, long number) {}

  private static final Tag<String> MEMBER = Tag.named("member");
  private static final Events<Met> EVENTS =
      Events.of(Met.class).tags(Met.class, MEMBER, Met::members).name("met", Met.class);

  private final Simulation simulation = Simulation.of(7);
  private final ModelEventStore store =
      ModelEventStore.create(simulation.seams().clock(), new UUID(2, 0));
  private final MemoryReadModel readModel = new MemoryReadModel();
  private final Set<Long> poison = new HashSet<>();
  private final Set<Long> held = new HashSet<>();

  private Millrace host() {
    Projection<MemoryTables> meetings =
        Projection.named("meetings", 1)
            .into(readModel)
            .keyedBy(MEMBER)
            .retrying(Retry.attempts(1))
            .stoppingAbove(10, 1)
            .on(Met.class, this::handle);
    return Millrace.builder()
        .seams(simulation.seams())
        .host(Context.named("club").events(EVENTS).projection(meetings).build(), store)
        .start();
  }

  private void handle(Met event, MemoryTables tables) {
    if (poison.contains(event.number())) {
      throw new IllegalStateException("poison " + event.number());
    }
    if (held.contains(event.number())) {
      simulation.await(after(10));
    }
    for (String member : event.members()) {
      tables
          .<String, List<Long>>table("meetings")
          .merge(
              member,
              List.of(event.number()),
              (before, next) -> {
                List<Long> longer = new ArrayList<>(before);
                longer.addAll(next);
                return longer;
              });
    }
  }

  private CompletableFuture<Void> after(int seconds) {
    return simulation.seams().scheduler().after(Duration.ofSeconds(seconds));
  }

  private void met(long number, String... members) {
    NewEvent event =
        Context.named("club").events(EVENTS).build().writeEvent(new Met(List.of(members), number));
    store.append(Append.of(simulation.seams().newId(), List.of(event))).join();
  }

  private void level(Millrace millrace) {
    Receipt all =
        new Receipt(
            "club",
            store.identity(),
            store.head(),
            store.head(),
            simulation.seams().clock().instant(),
            false);
    try {
      simulation.await(millrace.reached("meetings", all));
    } catch (BlockedEventException passed) {
      simulation.trace().add("the newest event waits behind a dead letter");
    }
  }

  private List<Long> meetingsOf(String member) {
    return readModel.read(tables -> {
      List<Long> found = tables.<String, List<Long>>table("meetings").get(member);
      return found == null ? List.of() : found;
    });
  }

  @Test
  void aRedriveDoesNotOvertakeWhatWaitsInTheLaneOfAnotherKey() {
    poison.add(1L);
    held.add(2L);
    met(1, "a");
    met(2, "b");
    met(3, "a", "b");
    Millrace millrace = host();
    DeadLetters letters = millrace.processor("meetings").deadLetters();
    List<Boolean> level = new ArrayList<>();
    var unused =
        after(1)
            .thenCompose(now -> {
              poison.clear();
              return letters.redrive(letters.list().get(0).id(), "ann");
            })
            .thenAccept(level::add);
    List<Long> meanwhile = new ArrayList<>();
    simulation.await(after(5).thenRun(() -> meanwhile.addAll(meetingsOf("a"))));
    simulation.scheduler().runUntil(() -> !level.isEmpty());

    assertThat(meanwhile).as("3 waits for 2, which b has in hand").containsExactly(1L);
    assertThat(level).containsExactly(true);
    assertThat(meetingsOf("a")).containsExactly(1L, 3L);
    assertThat(meetingsOf("b")).containsExactly(2L, 3L);
    met(4, "b");
    level(millrace);
    assertThat(meetingsOf("b")).containsExactly(2L, 3L, 4L);
  }

  @Test
  void anEventThatIsDiscardedIsPassedOverForAllOfItsKeys() {
    poison.add(1L);
    met(1, "a", "b", "c");
    met(2, "b");
    met(3, "b", "d");
    met(4, "c", "a");
    Millrace millrace = host();
    level(millrace);
    DeadLetters letters = millrace.processor("meetings").deadLetters();
    assertThat(letters.list()).hasSize(1);

    assertThat(simulation.await(letters.discard(letters.list().get(0).id(), "a test", "ann")))
        .isTrue();

    assertThat(meetingsOf("a")).containsExactly(4L);
    assertThat(meetingsOf("b")).containsExactly(2L, 3L);
    assertThat(meetingsOf("c")).containsExactly(4L);
    assertThat(meetingsOf("d")).containsExactly(3L);
    met(5, "a", "b", "c", "d");
    level(millrace);
    assertThat(meetingsOf("d")).containsExactly(3L, 5L);
    assertThat(meetingsOf("b")).containsExactly(2L, 3L, 5L);
  }

  @Test
  void anEventThatIsWaitedForKeepsNeitherOthersNorARedriveFromGoingOn() {
    poison.add(1L);
    met(1, "a");
    NewEvent newer =
        new NewEvent(
            "met",
            2,
            List.of(new TagValue("member", "b")),
            Bytes.utf8("{\"members\":[\"b\"],\"number\":2}"));
    store.append(Append.of(simulation.seams().newId(), List.of(newer))).join();
    met(3, "c");
    Millrace millrace = host();
    Processor processor = millrace.processor("meetings");
    simulation.scheduler().runUntil(() -> !processor.deadLetters().list().isEmpty());
    poison.clear();
    DeadLetters letters = processor.deadLetters();
    var redriven = letters.redrive(letters.list().get(0).id(), "ann");
    simulation.scheduler().runUntil(() -> meetingsOf("a").equals(List.of(1L)));
    simulation.await(after(60));
    met(4, "c");
    met(5, "a");
    simulation.await(after(60));
    assertThat(meetingsOf("c")).isEqualTo(List.of(3L, 4L));
    assertThat(meetingsOf("a")).isEqualTo(List.of(1L, 5L));
    assertThat(redriven).isNotDone();
    assertThat(processor.status().problem()).contains("version 2").contains("Deploy");
    assertThat(processor.status().state()).isEqualTo(ProcessorStatus.State.RETRYING);
  }
}
