package dev.millrace.testkit.contract;

import static dev.millrace.testkit.contract.Samples.append;
import static dev.millrace.testkit.contract.Samples.event;
import static dev.millrace.testkit.contract.Samples.numbered;
import static dev.millrace.testkit.contract.Samples.tag;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** While many write, readers and subscribers see one order, whole appends, no gap and no repeat. */
abstract class LoadTests extends StoreTests {
  private static final int WRITERS = 4;
  private static final int APPENDS = 250;
  private static final int IN_FLIGHT = 16;

  LoadTests(EventStoreContract contract) {
    super(contract);
  }

  @Test
  void subscribersMissNothingAndSeeNothingTwice() throws Exception {
    int subscribers = 4;
    try (Race race = new Race("client", WRITERS + subscribers)) {
      List<List<RecordedEvent>> seen =
          race.together(
              client -> client < WRITERS ? write(client) : follow(client - WRITERS, subscribers));
      List<RecordedEvent> all = everything();
      assertThat(all).extracting(RecordedEvent::position).isSorted().doesNotHaveDuplicates();
      for (int i = 0; i < subscribers; i++) {
        Query query = followed(i);
        assertThat(seen.get(WRITERS + i))
            .as("subscriber %s", i)
            .isEqualTo(all.stream().filter(query::matches).toList());
      }
    }
  }

  private static Query followed(int subscriber) {
    return switch (subscriber) {
      case 0 -> Query.all();
      case 1 -> Query.types("written");
      case 2 -> Query.tags(tag("writer:1"));
      default -> Query.tags(tag("writer:2")).acrossTenants();
    };
  }

  /** Each writer ends with an event by which its followers know that they have seen all. */
  private List<RecordedEvent> follow(int subscriber, long seed) {
    SplittableRandom random = new SplittableRandom(seed + subscriber);
    Query ended = Query.types("ended");
    try (Follower follower =
            new Follower(store(), followed(subscriber), 0, () -> 1 + random.nextInt(20));
        Follower ends = new Follower(store(), ended, 0, () -> 5)) {
      long position = 0;
      while (ends.events().size() < WRITERS) {
        ends.followTo(position + 1);
        position = ends.position();
        follower.followTo(position);
      }
      return follower.followTo(position);
    }
  }

  private List<RecordedEvent> write(int writer) {
    Semaphore window = new Semaphore(IN_FLIGHT);
    List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(writer);
    for (int i = 0; i < APPENDS; i++) {
      window.acquireUninterruptibly();
      NewEvent[] events = new NewEvent[1 + random.nextInt(4)];
      for (int k = 0; k < events.length; k++) {
        events[k] = numbered(k == 0 ? "written" : "more", i, "writer:" + writer);
      }
      answers.add(
          store().append(append(events)).whenComplete((answer, failure) -> window.release()));
    }
    answers.forEach(answer -> assertThat(await(answer)).isInstanceOf(Appended.class));
    stored(append(event("ended")));
    return List.of();
  }

  @Test
  void readersSeeWholeAppendsAndOneOrder() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    try (Race race = new Race("client", WRITERS + 2)) {
      List<List<RecordedEvent>> seen =
          race.together(client -> {
            if (client < WRITERS) {
              write(client);
              if (readAll(Query.types("ended")).size() == WRITERS) {
                done.set(true);
              }
              return List.of();
            }
            return readAgainAndAgain(done);
          });
      List<RecordedEvent> all = everything();
      for (List<RecordedEvent> part : seen) {
        assertThat(all.subList(0, part.size()).equals(part)).as("one order").isTrue();
      }
    }
  }

  private List<RecordedEvent> readAgainAndAgain(AtomicBoolean done) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds());
    List<RecordedEvent> before = List.of();
    while (!done.get() && System.nanoTime() < deadline) {
      List<RecordedEvent> now = readAll(Query.all());
      assertThat(now.size()).isGreaterThanOrEqualTo(before.size());
      assertThat(now.subList(0, before.size()).equals(before)).as("nothing changed").isTrue();
      if (!now.isEmpty()) {
        UUID newest = now.get(now.size() - 1).id().append();
        assertThat(of(newest, now)).isEqualTo(of(newest, readAll(Query.all())));
      }
      before = now;
    }
    return before;
  }

  private static List<RecordedEvent> of(UUID append, List<RecordedEvent> events) {
    return events.stream().filter(event -> event.id().append().equals(append)).toList();
  }

  @Test
  void aSubscriberThatNeverPollsKeepsNobodyWaiting() {
    int events = 3_000;
    try (Subscription slow = store().subscribe(Query.all(), 0)) {
      slow.onAvailable(() -> {});
      List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
      for (int i = 0; i < events; i++) {
        Append append = append(numbered("a", i));
        answers.add(store().append(append));
        if (i % 500 == 499) {
          answers.forEach(StoreTests::await);
          answers.clear();
        }
      }
      List<RecordedEvent> late = new ArrayList<>();
      while (slow.position() < store().head()) {
        late.addAll(slow.poll(1_000).events());
      }
      assertThat(late).isEqualTo(everything()).hasSize(events);
    }
  }
}
