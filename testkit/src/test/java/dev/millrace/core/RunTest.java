package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.processing.Retry;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Tenant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How a run of events is cut into parts. */
final class RunTest {
  private static List<RecordedEvent> events(int count) {
    return LongStream.rangeClosed(1, count)
        .mapToObj(position ->
            new RecordedEvent(
                position,
                new EventId(new UUID(0, position), 0),
                "happened",
                1,
                Instant.EPOCH,
                Tenant.DEFAULT,
                List.of(),
                Bytes.EMPTY,
                Metadata.NONE))
        .toList();
  }

  private static Run.Verdict fail(Run run, int index) {
    return run.failed(
        new EventFailure(index, new IllegalStateException("poison")),
        Instant.EPOCH,
        new SplittableRandom(1));
  }

  /** Drives a run over poison events, and says which were handled and how many parts it took. */
  private static int drive(int count, Set<Long> poison, boolean isKnown, List<Long> handled) {
    Run run = new Run(events(count), count, Retry.attempts(2));
    int parts = 0;
    while (!run.isEmpty()) {
      List<RecordedEvent> part = run.part();
      parts++;
      int bad = -1;
      for (int i = part.size() - 1; i >= 0; i--) {
        bad = poison.contains(part.get(i).position()) ? i : bad;
      }
      if (bad < 0) {
        part.forEach(event -> handled.add(event.position()));
        run.handled();
      } else if (fail(run, isKnown ? bad : EventFailure.UNKNOWN)
          instanceof Run.Verdict.Exhausted exhausted) {
        assertThat(poison).contains(exhausted.event().position());
        assertThat(exhausted.attempts()).isEqualTo(2);
        run.drop(event -> event.position() == exhausted.event().position());
      }
    }
    return parts;
  }

  @Test
  void whateverIsPoisonEverythingElseIsHandledOnceInOrder() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 500; round++) {
      int count = 1 + random.nextInt(200);
      Set<Long> poison = new HashSet<>();
      for (int i = random.nextInt(5); i > 0; i--) {
        poison.add(1 + random.nextLong(count));
      }
      List<Long> handled = new ArrayList<>();
      drive(count, poison, random.nextBoolean(), handled);
      assertThat(handled)
          .as("round %s", round)
          .isEqualTo(
              LongStream.rangeClosed(1, count).boxed().filter(p -> !poison.contains(p)).toList());
    }
  }

  @Test
  void aKnownCulpritIsFoundAtOnceAndAnUnknownOneByHalving() {
    assertThat(drive(2_000, Set.of(1_234L), true, new ArrayList<>())).isLessThan(20);
    assertThat(drive(2_000, Set.of(1_234L), false, new ArrayList<>())).isLessThan(60);
  }

  @Test
  void whatIsAwayIsTriedWithoutEndAndWithoutBlame() {
    Run run = new Run(events(10), 10, Retry.DEFAULT);
    for (int i = 0; i < 1_000; i++) {
      assertThat(
              run.failed(
                  new java.sql.SQLTransientConnectionException("away"),
                  Instant.EPOCH,
                  new SplittableRandom(1)))
          .isInstanceOf(Run.Verdict.Later.class);
      assertThat(run.part()).hasSize(10);
    }
  }

  private static Run.Verdict unknown(Run run, EventFailure failure) {
    return run.failed(failure, Instant.EPOCH, new SplittableRandom(1));
  }

  @Test
  void onlyAnEventThatIsItselfUnknownIsPassedOver() {
    UnknownEventException reason = new UnknownEventException("of a newer program");
    Run passing = new Run(events(2), 2, Retry.attempts(1).passingOverUnknown());
    assertThat(unknown(passing, EventFailure.ofReading(0, reason)))
        .isEqualTo(new Run.Verdict.PassedOver(events(1).get(0)));
    // an event that is known, whose handler met an unknown one
    Run known = new Run(events(2), 2, Retry.attempts(1).passingOverUnknown());
    assertThat(unknown(known, new EventFailure(0, reason)))
        .isInstanceOf(Run.Verdict.Exhausted.class);
    Run waiting = new Run(events(2), 2, Retry.attempts(1));
    assertThat(unknown(waiting, new EventFailure(0, reason))).isInstanceOf(Run.Verdict.Later.class);
  }

  @Test
  void anUnknownEventSomewhereInAPartIsFoundByHalving() {
    Run run = new Run(events(4), 4, Retry.attempts(1));
    EventFailure somewhere =
        new EventFailure(EventFailure.UNKNOWN, new UnknownEventException("of a newer program"));
    assertThat(unknown(run, somewhere)).isInstanceOf(Run.Verdict.Smaller.class);
    assertThat(run.part()).hasSize(2);
    assertThat(unknown(run, somewhere)).isInstanceOf(Run.Verdict.Smaller.class);
    assertThat(run.part()).hasSize(1);
    assertThat(unknown(run, somewhere)).isInstanceOf(Run.Verdict.Later.class);
  }
}
