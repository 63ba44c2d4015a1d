package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.ProcessorStatus;
import dev.millrace.core.Projection;
import dev.millrace.core.Receipt;
import dev.millrace.core.Tag;
import dev.millrace.core.VersionStatus;
import dev.millrace.core.Versions;
import dev.millrace.core.readmodel.RowsVersion;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.NewEvent;
import dev.millrace.testkit.ModelEventStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every read model owes to a projection: rows and checkpoint together, and versions beside
 * each other. A read model extends it with a projection that sums.
 */
public abstract class ReadModelContract {
  static final Duration LONG = Duration.ofMinutes(1);
  private static final Tag<String> KEY = Tag.named("key");

  /** What is summed. */
  public record Added(String key, long amount) {}

  private final ModelEventStore store =
      ModelEventStore.create(InstantSource.system(), new UUID(5, 5));
  private final List<Millrace> running = new ArrayList<>();

  /**
   * A projection {@code sums} of {@link Added} into the read model of this test.
   *
   * @param factor by which each amount is multiplied; 0: nothing is written, not even a row
   * @param before is told of each amount before it is added
   */
  protected abstract Projection<?> sums(int version, long factor, Consumer<Added> before);

  /** The sums that answer, by key. */
  protected abstract Map<String, Long> read();

  /** Stops what was started. */
  @AfterEach
  void stop() {
    running.forEach(one -> one.stopProcessors().join());
    store.close();
  }

  private static Context context(Projection<?>... projections) {
    Context.Builder<Added> context =
        Context.named("contract")
            .events(Events.of(Added.class).tag(KEY, Added::key).name("added", Added.class));
    for (Projection<?> projection : projections) {
      context.projection(projection);
    }
    return context.build();
  }

  private Projection<?> sums(int version, long factor) {
    return sums(version, factor, amount -> {});
  }

  Millrace host(Projection<?>... projections) {
    Millrace millrace = Millrace.host(context(projections), store);
    running.add(millrace);
    return millrace;
  }

  void end(Millrace millrace) {
    millrace.stopProcessors().join();
    running.remove(millrace);
  }

  Receipt add(String key, long amount, int times) {
    Context context = context();
    List<NewEvent> events = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      events.add(context.writeEvent(new Added(key, amount)));
    }
    store.append(Append.of(UUID.randomUUID(), events)).join();
    return head();
  }

  private Receipt head() {
    long head = store.head();
    return new Receipt("contract", store.identity(), head, head, Instant.EPOCH, false);
  }

  /** How a version stands; empty while it has not begun. */
  private static Optional<RowsVersion.State> state(Millrace millrace, int version) {
    return millrace.versions("sums").list().stream()
        .map(one -> one.rows())
        .filter(rows -> rows.version() == version)
        .findFirst()
        .map(RowsVersion::state);
  }

  private static void awaitThat(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("time to come true").isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  static void awaitLive(Millrace millrace, int version) {
    awaitThat(() -> state(millrace, version).equals(Optional.of(RowsVersion.State.LIVE)));
  }

  @Test
  void itGoesOnWhereItWas() {
    Millrace first = host(sums(1, 1));
    first.await("sums", add("a", 1, 500), LONG);
    end(first);
    Receipt more = add("b", 2, 500);
    Millrace second = host(sums(1, 1));
    second.await("sums", more, LONG);
    assertThat(read()).containsExactlyInAnyOrderEntriesOf(Map.of("a", 500L, "b", 1_000L));
    assertThat(second.processor("sums").status().handled()).isEqualTo(500);
    assertThat(second.checkpoint("sums").orElseThrow().position()).isEqualTo(more.last());
  }

  @Test
  void whatAFailedBatchWroteIsNotThere() {
    AtomicBoolean fails = new AtomicBoolean(true);
    Millrace millrace =
        host(
            sums(
                1,
                1,
                amount -> {
                  if (amount.key().equals("late") && fails.getAndSet(false)) {
                    throw new IllegalStateException("once");
                  }
                }));
    add("a", 1, 10);
    millrace.await("sums", add("late", 5, 1), LONG);
    assertThat(read()).containsExactlyInAnyOrderEntriesOf(Map.of("a", 10L, "late", 5L));
  }

  @Test
  void aNewVersionIsMadeBesideTheOldOneWhichAnswersUntilThen() throws Exception {
    Millrace first = host(sums(1, 1));
    first.await("sums", add("a", 1, 100), LONG);
    end(first);

    CountDownLatch gate = new CountDownLatch(1);
    Millrace both = host(sums(1, 1), sums(2, 10, amount -> await(gate)));
    both.await("sums", add("a", 1, 11), LONG);
    assertThat(read()).isEqualTo(Map.of("a", 111L));
    awaitThat(() -> state(both, 2).isPresent());
    assertThat(state(both, 2)).contains(RowsVersion.State.BUILDING);
    assertThat(both.processor("sums").status().version()).isEqualTo(1);

    gate.countDown();
    awaitLive(both, 2);
    assertThat(read()).isEqualTo(Map.of("a", 1_110L));
    assertThat(both.processor("sums").status().version()).isEqualTo(2);
    both.await("sums", add("a", 1, 1), LONG);
    assertThat(read()).isEqualTo(Map.of("a", 1_120L));
    assertThat(both.checkpoint("sums").orElseThrow().version()).isEqualTo(2);
  }

  private static void await(CountDownLatch gate) {
    try {
      assertThat(gate.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Test
  void theOldVersionIsKeptUpToDateAndCanAnswerAgainOrBeDropped() {
    Millrace first = host(sums(1, 1));
    first.await("sums", add("a", 1, 100), LONG);
    end(first);
    Millrace both = host(sums(1, 1), sums(2, 10));
    awaitLive(both, 2);
    both.await("sums", add("b", 1, 7), LONG);
    assertThat(read()).isEqualTo(Map.of("a", 1_000L, "b", 70L));

    Versions versions = both.versions("sums");
    assertThatThrownBy(() -> versions.drop(2)).hasMessageContaining("answers");
    assertThat(versions.rollback()).isEqualTo(1);
    assertThat(read()).isEqualTo(Map.of("a", 100L, "b", 7L));
    both.await("sums", add("b", 1, 1), LONG);
    assertThat(read()).isEqualTo(Map.of("a", 100L, "b", 8L));
    assertThatThrownBy(versions::rollback).hasMessageContaining("no version before 1");

    versions.makeLive(2);
    assertThat(read()).isEqualTo(Map.of("a", 1_000L, "b", 80L));
    versions.drop(1);
    assertThat(versions.list()).extracting(one -> one.rows().version()).containsExactly(2);
    end(both);

    Millrace again = host(sums(1, 1), sums(2, 10));
    again.await("sums", add("c", 1, 1), LONG);
    assertThat(read()).isEqualTo(Map.of("a", 1_000L, "b", 80L, "c", 10L));
    assertThat(again.versions("sums").list()).hasSize(1);
  }

  @Test
  void rowsThatWereLeftBehindDoNotComeBack() {
    Millrace first = host(sums(1, 1));
    first.await("sums", add("a", 1, 3), LONG);
    end(first);
    Millrace second = host(sums(2, 10));
    second.await("sums", add("a", 1, 1), LONG);
    assertThat(read()).isEqualTo(Map.of("a", 40L));
    assertThatThrownBy(() -> second.versions("sums").rollback())
        .hasMessageContaining("is behind version 2");
    assertThat(read()).isEqualTo(Map.of("a", 40L));
  }

  @Test
  void anOlderProgramKeepsItsOwnRowsAndDoesNotTouchTheNewerOnes() {
    Millrace first = host(sums(1, 1));
    first.await("sums", add("a", 1, 3), LONG);
    end(first);
    Millrace second = host(sums(1, 1), sums(2, 10));
    awaitLive(second, 2);
    end(second);
    Receipt later = add("a", 1, 1);
    Millrace older = host(sums(1, 1));
    awaitThat(() -> older.versions("sums").list().get(0).position() >= later.last());
    assertThat(read()).isEqualTo(Map.of("a", 30L));
    assertThat(older.versions("sums").rollback()).isEqualTo(1);
    assertThat(read()).isEqualTo(Map.of("a", 4L));
    end(older);
    Millrace both = host(sums(1, 1), sums(2, 10));
    both.await("sums", add("a", 1, 1), LONG);
    assertThat(read()).as("what was rolled back stays so").isEqualTo(Map.of("a", 5L));
  }

  @Test
  void whoReadsDuringTheSwitchNeverSeesLessThanBefore() throws Exception {
    Millrace first = host(sums(1, 1));
    first.await("sums", add("a", 1, 2_000), LONG);
    end(first);
    Millrace both = host(sums(1, 1), sums(2, 1));
    AtomicBoolean ends = new AtomicBoolean();
    CompletableFuture<Void> writes =
        CompletableFuture.runAsync(() -> {
          while (!ends.get()) {
            add("a", 1, 1);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
          }
        });
    CompletableFuture<Void> reads =
        CompletableFuture.runAsync(() -> {
          long seen = 0;
          while (!ends.get()) {
            long now = read().getOrDefault("a", 0L);
            assertThat(now).isGreaterThanOrEqualTo(seen);
            seen = now;
          }
        });
    try {
      awaitLive(both, 2);
    } finally {
      ends.set(true);
    }
    writes.get(LONG.toSeconds(), TimeUnit.SECONDS);
    reads.get(LONG.toSeconds(), TimeUnit.SECONDS);
    both.await("sums", head(), LONG);
    assertThat(read()).isEqualTo(Map.of("a", store.head()));
  }

  @Test
  void aVersionWithDeadLettersDoesNotBecomeLiveByItself() {
    Millrace first = host(sums(1, 1));
    first.await("sums", add("a", 1, 3), LONG);
    end(first);
    AtomicBoolean fails = new AtomicBoolean(true);
    Millrace both =
        host(
            sums(1, 1),
            sums(
                2,
                10,
                amount -> {
                  if (fails.get()) {
                    throw new IllegalArgumentException("not yet");
                  }
                }));
    awaitThat(() -> deadLetters(both) > 0);
    both.await("sums", add("a", 1, 1), LONG);
    assertThat(read()).isEqualTo(Map.of("a", 4L));
    assertThat(state(both, 2)).contains(RowsVersion.State.BUILDING);
    fails.set(false);
  }

  @Test
  void aVersionWithoutRowsShowsNoneOfThoseBefore() {
    Millrace first = host(sums(1, 1));
    first.await("sums", add("a", 1, 3), LONG);
    end(first);
    Millrace both = host(sums(1, 1), sums(2, 0));
    awaitLive(both, 2);
    assertThat(read()).isEmpty();
    both.versions("sums").rollback();
    assertThat(read()).isEqualTo(Map.of("a", 3L));
  }

  /** For read models that many lanes can keep. */
  protected final void withManyLanesAVersionThatIsBehindInSomeDoesNotAnswer() {
    Millrace first = host(keyed(1, amount -> {}));
    first.await("sums", add("a", 1, 3), LONG);
    end(first);
    Millrace both = host(keyed(1, amount -> {}), keyed(2, amount -> {}));
    awaitLive(both, 2);
    assertThat(both.versions("sums").rollback()).isEqualTo(1);
    end(both);
    CountDownLatch gate = new CountDownLatch(1);
    Millrace older =
        host(
            keyed(
                1,
                amount -> {
                  if (amount.key().equals("slow")) {
                    await(gate);
                  }
                }));
    add("slow", 1, 1);
    add("b", 1, 2);
    try {
      awaitThat(() -> read().equals(Map.of("a", 3L, "b", 2L)));
      assertThatThrownBy(() -> older.versions("sums").makeLive(2))
          .hasMessageContaining("is behind version 1");
    } finally {
      gate.countDown();
    }
    older.await("sums", head(), LONG);
    assertThat(read()).isEqualTo(Map.of("a", 3L, "b", 2L, "slow", 1L));
  }

  private Projection<?> keyed(int version, Consumer<Added> before) {
    return sums(version, 1, before).keyedBy(KEY);
  }

  @Test
  void inPlaceTheNewestOfTwoVersionsAnswers() {
    Millrace both = host(sums(1, 1).inPlace(), sums(2, 10).inPlace());
    both.await("sums", add("a", 1, 3), LONG);
    assertThat(read()).isEqualTo(Map.of("a", 30L));
    assertThat(both.versions("sums").list())
        .extracting(one -> one.rows().state())
        .containsExactly(RowsVersion.State.IN_PLACE);
  }

  @Test
  void aProjectionThatNeverHadASecondVersionCanBeFilledInPlace() {
    Millrace first = host(sums(1, 1));
    first.await("sums", add("a", 1, 3), LONG);
    end(first);
    Millrace same = host(sums(1, 1).inPlace());
    same.await("sums", add("a", 1, 1), LONG);
    assertThat(read()).isEqualTo(Map.of("a", 4L));
    end(same);
    Millrace second = host(sums(2, 10).inPlace());
    second.await("sums", add("a", 1, 1), LONG);
    assertThat(read()).isEqualTo(Map.of("a", 50L));
    end(second);
    Millrace beside = host(sums(2, 10), sums(3, 100));
    awaitLive(beside, 3);
    assertThat(read()).isEqualTo(Map.of("a", 500L));
    end(beside);
    Millrace never = host(sums(4, 100).inPlace());
    awaitThat(() -> never.processor("sums").status().state() == ProcessorStatus.State.STOPPED);
    assertThat(never.processor("sums").status().problem()).contains("beside each other: [2, 3]");
  }

  @Test
  void aProgramWhoseOnlyVersionWasDroppedSaysSo() {
    Millrace first = host(sums(1, 1));
    first.await("sums", add("a", 1, 3), LONG);
    end(first);
    Millrace both = host(sums(1, 1), sums(2, 10));
    awaitLive(both, 2);
    end(both);
    Millrace older = host(sums(1, 1));
    awaitThat(() -> older.processor("sums").status().state() == ProcessorStatus.State.LIVE);
    older.versions("sums").drop(1);
    ProcessorStatus status = older.processors().get(0);
    assertThat(status.state()).isEqualTo(ProcessorStatus.State.STOPPED);
    assertThat(status.problem()).contains("version 1, were dropped");
    assertThat(read()).isEqualTo(Map.of("a", 30L));
  }

  @Test
  void aVersionThatWasDroppedCanBeMadeAgain() {
    Millrace first = host(sums(1, 1));
    first.await("sums", add("a", 1, 3), LONG);
    end(first);
    for (int factor = 2; factor <= 3; factor++) {
      Millrace both = host(sums(1, 1), sums(2, factor));
      awaitLive(both, 2);
      assertThat(read()).isEqualTo(Map.of("a", 3L * factor));
      assertThat(both.versions("sums").rollback()).isEqualTo(1);
      both.versions("sums").drop(2);
      assertThat(read()).isEqualTo(Map.of("a", 3L));
      end(both);
    }
  }

  private static int deadLetters(Millrace millrace) {
    int deadLetters = 0;
    for (VersionStatus one : millrace.versions("sums").list()) {
      ProcessorStatus status = one.processor();
      deadLetters += one.rows().version() == 1 || status == null ? 0 : status.deadLetters();
    }
    return deadLetters;
  }
}
