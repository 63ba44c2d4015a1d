package dev.millrace.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.history.BatchedStore.Fault;
import dev.millrace.testkit.history.Violation.Kind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The checker finds each fault, as what it is, and none where there is none. */
final class HistoryTest {
  private static final int SEEDS = 40;
  private static final int STEPS = 300;
  private static final int CLIENTS = 4;

  /** How each fault shows. */
  private static final Map<Fault, Kind> SHOWS_AS =
      Map.ofEntries(
          Map.entry(Fault.ACKNOWLEDGES_BEFORE_THE_SYNC, Kind.LOST),
          Map.entry(Fault.SKIPS_CONDITIONS_WITHIN_A_BATCH, Kind.CONDITION_BROKEN),
          Map.entry(Fault.REUSES_A_POSITION, Kind.POSITION_REUSED),
          Map.entry(Fault.SHOWS_BEFORE_THE_SYNC, Kind.SEEN_TOO_EARLY),
          Map.entry(Fault.STORES_A_REPETITION_AGAIN, Kind.DUPLICATED),
          Map.entry(Fault.KEEPS_HALF_AN_APPEND_IN_A_CRASH, Kind.TORN),
          Map.entry(Fault.PUTS_A_BATCH_BEFORE_THE_LAST, Kind.REORDERED),
          Map.entry(Fault.LETS_THE_HEAD_LAG, Kind.STALE),
          Map.entry(Fault.PASSES_OVER_AN_EVENT, Kind.SKIPPED),
          Map.entry(Fault.IS_A_CONFLICT_WITH_NOTHING, Kind.CONDITION_BROKEN),
          Map.entry(Fault.STORES_WHAT_IT_REFUSES, Kind.UNASKED));

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NOTHING")
  void theCheckerFinds(Fault fault) {
    Set<Kind> found = EnumSet.noneOf(Kind.class);
    for (long seed = 1; seed <= SEEDS; seed++) {
      run(fault, seed).forEach(violation -> found.add(violation.kind()));
    }
    assertThat(found).contains(SHOWS_AS.get(fault));
  }

  @Test
  void theCheckerFindsNothingWhereNothingIsWrong() {
    for (long seed = 1; seed <= 10 * SEEDS; seed++) {
      assertThat(run(Fault.NOTHING, seed)).as("seed %d", seed).isEmpty();
    }
  }

  /** Clients in an order drawn from the seed, between syncs and crashes. */
  private static List<Violation> run(Fault fault, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    BatchedStore store = new BatchedStore(fault);
    History history = new History();
    List<HistoryClient> clients = new ArrayList<>();
    List<CompletableFuture<?>> busy = new ArrayList<>();
    int numbers = 0;
    for (int step = 0; step < STEPS; step++) {
      if (clients.isEmpty()) {
        for (int i = 0; i < CLIENTS; i++) {
          clients.add(new HistoryClient(history, numbers++, store, random.nextLong()));
          busy.add(CompletableFuture.completedFuture(null));
        }
      }
      int choice = random.nextInt(60);
      if (choice == 0) {
        store.crash();
        clients.clear();
        busy.clear();
      } else if (choice < 12) {
        store.sync();
      } else {
        int client = random.nextInt(CLIENTS);
        if (busy.get(client).isDone()) {
          busy.set(client, clients.get(client).step());
        }
      }
    }
    store.crash();
    assertThat(history.appended()).isPositive();
    return history.check(store.stored());
  }

  @Test
  void clientsMeet() {
    History history = new History();
    BatchedStore store = new BatchedStore(Fault.NOTHING);
    List<HistoryClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new HistoryClient(history, i, store, i));
    }
    for (int round = 0; round < 100; round++) {
      List<CompletableFuture<?>> steps = new ArrayList<>();
      for (HistoryClient client : clients) {
        steps.add(client.step());
      }
      store.sync();
      assertThat(steps).allMatch(CompletableFuture::isDone);
    }
    assertThat(history.appended()).as("appends that went in").isGreaterThan(50);
    assertThat(history.conflicts()).as("conflicts").isGreaterThan(20);
    assertThat(history.check(store.stored())).isEmpty();
  }
}
