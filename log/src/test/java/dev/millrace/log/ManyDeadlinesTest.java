package dev.millrace.log;

import static dev.millrace.core.Decision.accept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Accepted;
import dev.millrace.core.Command;
import dev.millrace.core.Context;
import dev.millrace.core.Decision;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.NoRejection;
import dev.millrace.core.Tag;
import dev.millrace.core.deadline.DeadlineStatus;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Very many deadlines that are due at once, on a real disk. */
final class ManyDeadlinesTest {
  private static final int COUNT = Boolean.getBoolean("millrace.nightly") ? 1_000_000 : 20_000;
  private static final int TOGETHER = 1_000;
  private static final Tag<Integer> BATCH = Tag.named("batch", String::valueOf);

  record Ended(int number) {}

  record Begin(int batch, Instant due) implements Command<NoRejection> {}

  record End(int number) implements Command<NoRejection> {}

  private static Context context() {
    return Context.named("many")
        .events(
            Events.of(Ended.class)
                .tag(BATCH, event -> event.number() / TOGETHER)
                .name("ended", Ended.class))
        .on(Begin.class)
        .decide(command -> {
          Decision<Ended, NoRejection> all = accept();
          for (int i = 0; i < TOGETHER; i++) {
            int number = command.batch() * TOGETHER + i;
            all = all.deadline("end/" + number, command.due(), new End(number));
          }
          return all;
        })
        .on(End.class)
        .decide(command -> accept(new Ended(command.number())))
        .build();
  }

  @Test
  void allOfThemAreSentOnceAndFewAtATime(@TempDir Path folder) {
    Instant due = Instant.now().minusSeconds(1);
    try (Millrace millrace =
        Millrace.builder()
            .host(context(), EventStore.open("log:" + folder))
            .withoutProcessors()
            .start()) {
      for (int batch = 0; batch < COUNT / TOGETHER; batch++) {
        assertThat(millrace.send(new Begin(batch, due), "b-" + batch)).isInstanceOf(Accepted.class);
      }
    }
    long start = System.nanoTime();
    EventStore store = EventStore.open("log:" + folder);
    try (Millrace millrace =
        Millrace.builder().host(context(), store).withDeadlinesOnly().start()) {
      Duration read = Duration.ZERO;
      int most = 0;
      DeadlineStatus status = millrace.deadlines().get(0);
      while (!status.level() || status.open() > 0) {
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(10));
        if (status.level() && read.isZero()) {
          read = Duration.ofNanos(System.nanoTime() - start);
        }
        most = Math.max(most, status.inFlight());
        LockSupport.parkNanos(1_000_000);
        status = millrace.deadlines().get(0);
      }
      Duration all = Duration.ofNanos(System.nanoTime() - start);
      System.out.printf(
          Locale.ROOT,
          "%,d deadlines due at once: read in %.1f s, all decided and recorded after %.1f s, %,.0f/s%n",
          COUNT,
          read.toMillis() / 1e3,
          all.toMillis() / 1e3,
          COUNT / ((all.toMillis() - read.toMillis()) / 1e3));
      assertThat(most).isLessThanOrEqualTo(256);
      assertThat(status.fired()).isEqualTo(COUNT);
      assertThat(ended(store).cardinality()).isEqualTo(COUNT);
    }
  }

  /** Each number once. */
  private static BitSet ended(EventStore store) {
    BitSet ended = new BitSet();
    Context context = context();
    long next = 1;
    while (next <= store.head()) {
      var page = store.read(Query.types("ended"), next, Direction.FORWARD, 10_000);
      for (RecordedEvent stored : page.events()) {
        int number = ((Ended) context.readEvent(stored)).number();
        assertThat(ended.get(number)).as("%d stands twice", number).isFalse();
        ended.set(number);
      }
      next = page.examined() + 1;
    }
    return ended;
  }
}
