package dev.millrace.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SimSchedulerTest {
  private final Simulation simulation = Simulation.of(1);
  private final SimScheduler scheduler = simulation.scheduler();

  @Test
  void theSameSeedRunsTheSame() {
    assertThat(interleaving(7)).isEqualTo(interleaving(7));
    TreeSet<String> orders = new TreeSet<>();
    for (long seed = 0; seed < 50; seed++) {
      orders.add(interleaving(seed));
    }
    assertThat(orders).as("different seeds give different orders").hasSizeGreaterThan(20);
  }

  private static String interleaving(long seed) {
    Simulation simulation = Simulation.of(seed);
    StringBuilder order = new StringBuilder();
    for (char name : new char[] {'a', 'b', 'c'}) {
      int[] left = {3};
      simulation
          .scheduler()
          .start(
              "worker-" + name,
              () -> {
                order.append(name);
                return --left[0] == 0 ? Next.Signal.DONE : Next.Signal.AGAIN;
              });
    }
    simulation.scheduler().runUntilIdle();
    assertThat(order).hasSize(9);
    return order + "/" + simulation.traceHash();
  }

  @Test
  void aWorkerThatWaitsIsSteppedWhenItIsWoken() {
    int[] steps = {0};
    Scheduler.Running running =
        scheduler.start(
            "waiting",
            () -> {
              steps[0]++;
              return Next.Signal.WAIT;
            });
    scheduler.runUntilIdle();
    assertThat(steps[0]).isEqualTo(1);
    running.wake();
    running.wake();
    scheduler.runUntilIdle();
    assertThat(steps[0]).isEqualTo(2);
  }

  @Test
  void aWakeDuringAStepIsNotLost() {
    List<Scheduler.Running> self = new ArrayList<>();
    int[] steps = {0};
    self.add(
        scheduler.start(
            "self",
            () -> {
              if (steps[0]++ == 0) {
                self.get(0).wake();
              }
              return Next.Signal.WAIT;
            }));
    scheduler.runUntilIdle();
    assertThat(steps[0]).isEqualTo(2);
  }

  @Test
  void timePassesOnlyWhenNothingElseCanRun() {
    long before = scheduler.clock().millis();
    CompletableFuture<Void> later = scheduler.after(Duration.ofHours(3));
    scheduler.runUntilIdle();
    assertThat(later).isNotDone();
    simulation.await(later);
    assertThat(scheduler.clock().millis() - before).isGreaterThanOrEqualTo(3 * 3_600_000L);
  }

  @Test
  void runningForATimeFiresWhatIsDueInIt() {
    List<String> fired = new ArrayList<>();
    note(Duration.ofSeconds(2), "second", fired);
    note(Duration.ofSeconds(1), "first", fired);
    note(Duration.ofSeconds(9), "third", fired);
    scheduler.runFor(Duration.ofSeconds(5));
    assertThat(fired).containsExactly("first", "second");
    scheduler.runFor(Duration.ofSeconds(5));
    assertThat(fired).containsExactly("first", "second", "third");
  }

  private void note(Duration delay, String what, List<String> fired) {
    CompletableFuture<Void> noted = scheduler.after(delay).thenRun(() -> fired.add(what));
    assertThat(noted).isNotDone();
  }

  @Test
  void aSleepingWorkerIsWokenEarlyAndOnlyOnce() {
    List<Long> times = new ArrayList<>();
    Scheduler.Running running =
        scheduler.start(
            "sleeper",
            () -> {
              times.add(scheduler.clock().millis());
              return new Next.After(Duration.ofSeconds(10));
            });
    scheduler.runFor(Duration.ofSeconds(1));
    running.wake();
    scheduler.runFor(Duration.ofMillis(9_500)); // the alarm of the first step would be in here
    assertThat(times).as("%s", times).hasSize(2);
  }

  @Test
  void aStoppedWorkerIsNotSteppedAgain() {
    int[] steps = {0};
    Scheduler.Running running =
        scheduler.start(
            "stopped",
            () -> {
              steps[0]++;
              return Next.Signal.AGAIN;
            });
    CompletableFuture<Void> stopped = running.stop();
    simulation.await(stopped);
    running.wake();
    scheduler.runUntilIdle();
    assertThat(steps[0]).isZero();
    assertThat(running.stop()).isDone();
  }

  @Test
  void aCallThatFailsCompletesItsFuture() {
    CompletableFuture<Object> failed =
        scheduler.call(
            "failing",
            () -> {
              throw new IllegalStateException("no");
            });
    assertThatThrownBy(() -> simulation.await(failed)).hasMessage("no");
    assertThat(simulation.await(scheduler.call("fine", () -> 42))).isEqualTo(42);
  }

  @Test
  void aWorkerThatFailsEndsTheRunAndNamesTheSeed() {
    scheduler.start(
        "broken",
        () -> {
          throw new IllegalStateException("broken");
        });
    assertThatThrownBy(scheduler::runUntilIdle)
        .isInstanceOf(SimulationException.class)
        .hasMessageContaining("seed 1")
        .hasMessageContaining("broken");
  }

  @Test
  void goingRoundInCirclesAndWaitingInVainAreNamed() {
    assertThatThrownBy(() -> simulation.await(new CompletableFuture<>()))
        .hasMessageContaining("nothing is left to run");
    scheduler.start("circle", () -> Next.Signal.AGAIN);
    scheduler.limitSteps(100);
    assertThatThrownBy(scheduler::runUntilIdle)
        .hasMessageContaining("not finished after 100 steps")
        .hasMessageContaining("circle");
  }

  @Test
  void aCallFromAnotherThreadIsRefused() throws Exception {
    List<Throwable> thrown = new ArrayList<>();
    Thread other =
        new Thread(
            () -> {
              try {
                scheduler.submit("from outside", () -> {});
              } catch (IllegalStateException refused) {
                thrown.add(refused);
              }
            },
            "other");
    other.start();
    other.join();
    assertThat(thrown)
        .singleElement()
        .extracting(Throwable::getMessage)
        .asString()
        .contains("other");
  }

  @Test
  void someSeedsLetTimePassWhileThereIsWork() {
    TreeSet<Boolean> moved = new TreeSet<>();
    for (long seed = 0; seed < 30; seed++) {
      SimScheduler busy = Simulation.of(seed).scheduler();
      int[] left = {2_000};
      busy.start("busy", () -> --left[0] == 0 ? Next.Signal.DONE : Next.Signal.AGAIN);
      busy.runUntil(() -> left[0] == 0);
      moved.add(!busy.clock().instant().equals(SimScheduler.START));
    }
    assertThat(moved).containsExactly(false, true);
  }
}
