package dev.millrace.testkit.contract;

import static dev.millrace.testkit.contract.Samples.guarded;
import static dev.millrace.testkit.contract.Samples.numbered;
import static dev.millrace.testkit.contract.Samples.tag;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Of those who decide about the same thing at the same time one wins; others do not disturb each
 * other. They start at one barrier, and also one shortly after the other: some races are lost only
 * in one of the two ways.
 */
abstract class RaceTests extends StoreTests {
  private static final int RACERS = 8;
  private static final int ROUNDS = 50;
  private static final long MAX_DELAY_NANOS = 1_000_000;

  private final Race race = new Race("racer", RACERS);

  RaceTests(EventStoreContract contract) {
    super(contract);
  }

  @AfterEach
  void stopThreads() {
    race.close();
  }

  @Test
  void oneOfThoseWhoStartTogetherOnOneBoundaryWins() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Query boundary = Query.tags(tag("seat:" + round));
      long after = store().head();
      String seat = "seat:" + round;
      assertOneWins(
          boundary,
          race.together(racer -> answer(guarded(boundary, after, numbered("taken", racer, seat)))));
    }
  }

  @Test
  void oneOfThoseWhoStartOneAfterTheOtherOnOneBoundaryWins() throws Exception {
    Seeds.forEach(
        ROUNDS,
        seed -> {
          String seat = "seat:" + seed;
          Query boundary = Query.tags(tag(seat));
          long after = store().head();
          assertOneWins(
              boundary,
              race.staggered(
                  seed,
                  MAX_DELAY_NANOS,
                  racer -> answer(guarded(boundary, after, numbered("taken", racer, seat)))));
        });
  }

  private void assertOneWins(Query boundary, List<AppendResult> results) {
    List<RecordedEvent> taken = readAll(boundary);
    assertThat(taken).as("%s", results).hasSize(1);
    long position = taken.get(0).position();
    int winner = Integer.parseInt(taken.get(0).data().utf8());
    for (int racer = 0; racer < RACERS; racer++) {
      switch (results.get(racer)) {
        case Appended won -> {
          assertThat(racer).isEqualTo(winner);
          assertThat(won.first()).isEqualTo(position);
        }
        case Conflict lost -> assertThat(lost.position()).isEqualTo(position);
      }
    }
  }

  @Test
  void thoseWhoDecideAboutDifferentThingsAllWin() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      long after = store().head();
      int now = round;
      long seed = round;
      assertThat(race.together(racer -> answer(apart(racer, now, after))))
          .allMatch(Appended.class::isInstance);
      assertThat(
              race.staggered(
                  seed, MAX_DELAY_NANOS, racer -> answer(apart(racer, ROUNDS + now, after))))
          .allMatch(Appended.class::isInstance);
    }
    assertThat(everything()).hasSize(2 * ROUNDS * RACERS);
  }

  private static Append apart(int racer, int round, long after) {
    Query boundary = Query.tags(tag("racer:" + racer), tag("round:" + round));
    return guarded(boundary, after, numbered("done", round, "racer:" + racer, "round:" + round));
  }

  /**
   * Boundaries that overlap in part: whoever got in must have been right to, and who did not, too.
   */
  @Test
  void everyAnswerIsRightAtItsPlaceInTheOrder() throws Exception {
    Seeds.forEach(
        ROUNDS,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          long after = store().head();
          Append[] entries = new Append[RACERS];
          for (int racer = 0; racer < RACERS; racer++) {
            String reads = "account:" + seed + "-" + random.nextInt(3);
            String writes = "account:" + seed + "-" + random.nextInt(3);
            entries[racer] =
                guarded(Query.tags(tag(reads)), after, numbered("moved", racer, writes));
          }
          List<AppendResult> results =
              race.staggered(seed, MAX_DELAY_NANOS / 4, racer -> answer(entries[racer]));
          List<RecordedEvent> events = everything();
          for (int racer = 0; racer < RACERS; racer++) {
            assertRight(entries[racer], results.get(racer), events);
          }
        });
  }

  private static void assertRight(Append entry, AppendResult result, List<RecordedEvent> events) {
    Query boundary = Objects.requireNonNull(entry.condition().failIfMatches());
    long after = entry.condition().after();
    switch (result) {
      case Appended won ->
          assertThat(events)
              .as("events that should have kept %s out", won)
              .filteredOn(event -> event.position() > after && event.position() < won.first())
              .noneMatch(boundary::matches);
      case Conflict lost ->
          assertThat(events)
              .as("events that kept %s out", lost)
              .filteredOn(event -> event.position() == lost.position())
              .allMatch(event -> event.position() > after && boundary.matches(event))
              .hasSize(1);
    }
  }

  @Test
  void countersThatAreReadAndThenWrittenMissNothing() throws Exception {
    int each = 20;
    Query counter = Query.tags(tag("counter:1"));
    race.together(racer -> {
      for (int i = 0; i < each; i++) {
        countOn(counter);
      }
      return racer;
    });
    List<RecordedEvent> counted = readAll(counter);
    assertThat(counted).hasSize(each * RACERS);
    for (int i = 0; i < counted.size(); i++) {
      assertThat(counted.get(i).data().utf8()).isEqualTo(Integer.toString(i));
    }
  }

  private void countOn(Query counter) {
    while (true) {
      List<RecordedEvent> seen = readAll(counter);
      long after = seen.isEmpty() ? 0 : seen.get(seen.size() - 1).position();
      if (answer(guarded(counter, after, numbered("counted", seen.size(), "counter:1")))
          instanceof Appended) {
        return;
      }
    }
  }
}
