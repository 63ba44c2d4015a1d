package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A few appends on a simulated disk, while somebody looks on: what the onlooker sees must survive
 * as much as what is answered.
 *
 * @param shapes what is appended, in order
 * @param pipelined whether each append waits for the answer to the one before
 */
record DiskWorkload(List<Shape> shapes, boolean pipelined) {

  /** What is appended. */
  enum Shape {
    /** One small event. */
    SMALL,
    /** Several events, over several sectors. */
    LARGE,
    /** One that holds only while nothing is stored under its boundary; the second conflicts. */
    GUARDED
  }

  /** All workloads of up to so many appends. */
  static List<DiskWorkload> upTo(int appends) {
    List<List<Shape>> all = new ArrayList<>();
    List<List<Shape>> longest = List.of(List.of());
    for (int length = 1; length <= appends; length++) {
      List<List<Shape>> longer = new ArrayList<>();
      for (List<Shape> shorter : longest) {
        for (Shape shape : Shape.values()) {
          List<Shape> shapes = new ArrayList<>(shorter);
          shapes.add(shape);
          longer.add(shapes);
        }
      }
      all.addAll(longer);
      longest = longer;
    }
    List<DiskWorkload> workloads = new ArrayList<>();
    for (List<Shape> shapes : all) {
      workloads.add(new DiskWorkload(shapes, false));
      if (shapes.size() > 1) {
        workloads.add(new DiskWorkload(shapes, true));
      }
    }
    return workloads;
  }

  private static Append append(Shape shape, int number) {
    UUID id = new UUID(shape.name().hashCode(), number);
    return switch (shape) {
      case SMALL -> Append.of(id, List.of(Samples.numbered("small", number)));
      case LARGE ->
          Append.of(
              id,
              List.of(
                  Samples.event("large", Bytes.utf8((number + "-").repeat(400)), "x:1"),
                  Samples.numbered("small", number, "y:1"),
                  Samples.event("large", Bytes.utf8((number + "+").repeat(300)), "x:2")));
      case GUARDED ->
          Append.of(id, List.of(Samples.numbered("guarded", number, "seat:1")))
              .onlyIf(AppendCondition.noneMatching(Query.tags(Samples.tag("seat:1")), 0));
    };
  }

  void run(Simulation simulation, EventStore store, StoreEvidence evidence) {
    evidence.opened(store.identity());
    Onlooker onlooker = new Onlooker(simulation, store, evidence);
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    for (int i = 0; i < shapes.size(); i++) {
      Append append = append(shapes.get(i), i);
      evidence.submitted(append);
      answers.add(store.append(append).thenAccept(answer -> evidence.answered(append, answer)));
      if (!pipelined) {
        waitFor(simulation, answers.get(i));
      }
    }
    answers.forEach(answer -> waitFor(simulation, answer));
    onlooker.leave();
    appendLate(simulation, store, answers, evidence);
  }

  /** An append that fails is no reason to stop: one that never answers is. */
  private static void waitFor(Simulation simulation, CompletableFuture<Void> answer) {
    simulation.scheduler().runUntil(answer::isDone);
  }

  /**
   * After a failed write or sync a store takes nothing more; after a failed read it may, and then
   * keeps it. Either way what it has can still be read.
   */
  private static void appendLate(
      Simulation simulation,
      EventStore store,
      List<CompletableFuture<Void>> answers,
      StoreEvidence evidence) {
    boolean failed = answers.stream().anyMatch(DiskWorkload::isStoreFailure);
    if (!failed || simulation.disk().isOff()) {
      return;
    }
    Append late = append(Shape.SMALL, 99);
    evidence.submitted(late);
    CompletableFuture<Void> answer =
        store.append(late).thenAccept(result -> evidence.answered(late, result));
    waitFor(simulation, answer);
    boolean writing =
        simulation.disk().newestFault().filter(call -> call.kind().changing()).isPresent();
    if (writing) {
      assertThat(isStoreFailure(answer)).as("an append fails after the store has").isTrue();
    }
    StoreTests.readAll(store, Query.all());
  }

  private static boolean isStoreFailure(CompletableFuture<Void> answer) {
    return answer.isCompletedExceptionally()
        && hasCause(answer.exceptionNow(), StoreFailedException.class);
  }

  private static boolean hasCause(@Nullable Throwable failure, Class<?> type) {
    return failure != null && (type.isInstance(failure) || hasCause(failure.getCause(), type));
  }

  /** Reads all there is, as often as it gets a turn. */
  private static final class Onlooker {
    private final Scheduler.Running running;
    private boolean leaving;

    Onlooker(Simulation simulation, EventStore store, StoreEvidence evidence) {
      running =
          simulation
              .seams()
              .scheduler()
              .start(
                  "onlooker",
                  () -> {
                    if (leaving || simulation.disk().isOff()) {
                      return Next.Signal.DONE;
                    }
                    try {
                      evidence.seen(StoreTests.readAll(store, Query.all()));
                    } catch (MillraceException unreadable) {
                      return Next.Signal.DONE;
                    }
                    return Next.Signal.AGAIN;
                  });
    }

    void leave() {
      leaving = true;
      running.wake();
    }
  }
}
