package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.testkit.ModelEventStore;
import dev.millrace.testkit.sim.Simulation;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * How many handlers run beside each other, with a service that is called by all of them and
 * changes. In the simulator's time, with the drive of many lanes.
 */
final class AdaptiveConcurrencyTest {
  private static final int KEYS = 4_000;
  private static final int FAST = 10;
  private static final int SLOW = 200;
  private static final Duration STEP = Duration.ofSeconds(10);

  /** What handlers call: so many at a time, the others queue. */
  private static final class Service {
    private final Simulation simulation;
    private final int servers;
    private final Deque<CompletableFuture<Void>> queue = new ArrayDeque<>();
    private int busy;
    int millis = FAST;
    int refusesAbove = Integer.MAX_VALUE;
    private int called;

    Service(Simulation simulation, int servers) {
      this.simulation = simulation;
      this.servers = servers;
    }

    CompletableFuture<Void> call() {
      if (++called > refusesAbove) {
        return simulation
            .seams()
            .scheduler()
            .after(Duration.ofMillis(millis))
            .thenCompose(late -> {
              called--;
              return CompletableFuture.failedFuture(
                  new SQLTransientConnectionException("too many at once"));
            });
      }
      CompletableFuture<Void> done = new CompletableFuture<>();
      queue.add(done);
      serve();
      return done.whenComplete((nothing, failure) -> called--);
    }

    private void serve() {
      CompletableFuture<Void> next = busy < servers ? queue.poll() : null;
      if (next == null) {
        return;
      }
      busy++;
      var unused =
          simulation
              .seams()
              .scheduler()
              .after(Duration.ofMillis(millis))
              .thenRun(() -> {
                busy--;
                next.complete(null);
                serve();
              });
    }
  }

  /** Handles events by calling the service. */
  private record Calling(Service service, ProcessorOptions options, Query query)
      implements ProcessorDriver {
    @Override
    public String name() {
      return "calling";
    }

    @Override
    public ProcessorStatus.Kind kind() {
      return ProcessorStatus.Kind.REACTION;
    }

    @Override
    public int version() {
      return 1;
    }

    @Override
    public int shares() {
      return 1;
    }

    @Override
    public CompletableFuture<Progress> start(Grant grant) {
      return CompletableFuture.completedFuture(Progress.at(0));
    }

    @Override
    public CompletableFuture<Optional<Passed>> passed() {
      return CompletableFuture.completedFuture(Optional.of(Passed.upTo(0)));
    }

    @Override
    public CompletableFuture<Void> handle(Part part, Tracing.Handling spans) {
      return service.call();
    }

    @Override
    public CompletableFuture<Void> save(ProgressChange change) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Boolean> isSaved(ProgressChange change) {
      return CompletableFuture.completedFuture(true);
    }

    @Override
    public CompletableFuture<Progress> reset(Grant grant) {
      return start(grant);
    }
  }

  private static final class Run {
    final Simulation simulation = Simulation.of(3);
    final ModelEventStore store =
        ModelEventStore.create(simulation.seams().clock(), new UUID(1, 1));
    final Service service;
    final ProcessorWorker worker;

    Run(int servers, int events, @Nullable Integer fixed) {
      service = new Service(simulation, servers);
      Context context = Bank.context().build();
      List<NewEvent> batch = new ArrayList<>();
      for (int i = 0; i < events; i++) {
        batch.add(context.writeEvent(new Bank.Deposited("a" + i % KEYS, 1)));
        if (batch.size() == 1_000 || i == events - 1) {
          store.append(Append.of(new UUID(2, i), batch)).join();
          batch.clear();
        }
      }
      Projection<?> options =
          Projection.named("calling", 1)
              .into(new MemoryReadModel())
              .keyedBy(Bank.ACCOUNT)
              .batchesOf(1);
      worker =
          new ProcessorWorker(
              context,
              new Calling(
                  service,
                  (fixed == null ? options : options.concurrency(fixed)).options(),
                  Query.types("deposited")),
              store,
              simulation.seams(),
              Tracing.NONE);
      worker.begin();
    }

    /** Events a second in the last quarter of a step. */
    double rateAtTheEndOfAStep(int millis) {
      service.millis = millis;
      simulation.scheduler().runFor(STEP.multipliedBy(3).dividedBy(4));
      long before = worker.status().handled();
      simulation.scheduler().runFor(STEP.dividedBy(4));
      return (worker.status().handled() - before) / (STEP.toMillis() / 4e3);
    }

    List<Double> steps() {
      List<Double> rates = new ArrayList<>();
      for (int millis : new int[] {FAST, SLOW, FAST}) {
        rates.add(rateAtTheEndOfAStep(millis));
      }
      assertThat(worker.status().lag()).as("there was always more to do").isPositive();
      return rates;
    }
  }

  private static void isWithinAFifthOfTheBest(int servers, int events, int best) {
    List<Double> fixed = new Run(servers, events, best).steps();
    List<Double> adapted = new Run(servers, events, null).steps();
    for (int step = 0; step < fixed.size(); step++) {
      assertThat(adapted.get(step))
          .as("step %d: fixed at %d %s, adapted %s", step, best, fixed, adapted)
          .isGreaterThan(0.8 * fixed.get(step));
    }
  }

  @Test
  void whenAServiceOfAFewServersGetsSlowAndFastAgainItIsKeptBusy() {
    isWithinAFifthOfTheBest(20, 60_000, 20);
  }

  @Test
  void whenAServiceWithRoomGetsSlowAndFastAgainAllOfItIsUsed() {
    isWithinAFifthOfTheBest(96, 250_000, 96);
  }

  @Test
  void itDoesNotQueueFarMoreThanAServiceCanServe() {
    Run run = new Run(20, 60_000, null);
    run.steps();
    assertThat(run.worker.status().concurrency()).isBetween(16, 40);
  }

  @Test
  void whenAServiceRefusesTooManyFewerAreTried() {
    Run run = new Run(200, 60_000, null);
    run.service.refusesAbove = 30;
    double rate = run.rateAtTheEndOfAStep(FAST);
    assertThat(run.worker.status().concurrency()).isBetween(10, 60);
    assertThat(rate).as("of 3,000 that it can do").isGreaterThan(1_500);
    assertThat(run.worker.status().deadLetters()).isZero();
  }

  @Test
  void itCanBeFixedByHandAndLetGo() {
    Run run = new Run(60, 80_000, null);
    run.worker.fixConcurrency(7);
    assertThat(run.rateAtTheEndOfAStep(FAST)).isBetween(650.0, 701.0);
    assertThat(run.worker.status().concurrency()).isEqualTo(7);
    assertThat(run.worker.status().adapts()).isFalse();
    run.worker.adaptConcurrency();
    assertThat(run.rateAtTheEndOfAStep(FAST)).isGreaterThan(4_800);
    assertThat(run.worker.status().adapts()).isTrue();
  }
}
