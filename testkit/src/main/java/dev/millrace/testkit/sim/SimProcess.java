package dev.millrace.testkit.sim;

import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.seam.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * One of several processes in a simulation: what runs with its seams can be paused, as by a stop
 * signal or a long collection, wherever it waits; goes on later as if nothing had been; or dies.
 * Its clock can be put forward and back. What it has asked of others goes on without it.
 */
public final class SimProcess {
  private final Simulation simulation;
  private final String name;
  private final List<Runnable> held = new ArrayList<>();
  private final List<Scheduler.Running> workers = new ArrayList<>();
  private final Map<Long, CompletableFuture<?>> waiting = new TreeMap<>();
  private final Seams seams;
  private long numbers;
  private Duration skew = Duration.ZERO;
  private boolean paused;
  private boolean dead;

  /** A process died while something in it waited. */
  public static final class DiedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DiedException(String name) {
      super("process " + name + " died");
    }
  }

  /** Starts one. */
  public SimProcess(Simulation simulation, String name) {
    this.simulation = simulation;
    this.name = name;
    this.seams =
        new Seams(
            () -> simulation.seams().clock().instant().plus(skew),
            simulation.seams().random(),
            new OwnScheduler());
  }

  /** Clock, chance and scheduler of what runs in it. */
  public Seams seams() {
    return seams;
  }

  /** Whether it can still do anything. */
  public boolean isAlive() {
    return !dead;
  }

  /** Whether it is paused. */
  public boolean isPaused() {
    return paused;
  }

  /** Nothing of it goes on for a time. */
  public void pause(Duration time) {
    if (!paused && !dead) {
      paused = true;
      simulation.trace().add(name + " pauses for " + time);
      var unused = simulation.seams().scheduler().after(time).thenRun(this::goOn);
    }
  }

  private void goOn() {
    paused = false;
    if (!dead) {
      simulation.trace().add(name + " goes on");
      List<Runnable> all = List.copyOf(held);
      held.clear();
      all.forEach(this::run);
      workers.forEach(Scheduler.Running::wake);
    }
  }

  /** Nothing of it ever goes on. */
  public void die() {
    dead = true;
    simulation.trace().add(name + " dies");
    List<CompletableFuture<?>> all = List.copyOf(waiting.values());
    waiting.clear();
    all.forEach(one -> one.completeExceptionally(new DiedException(name)));
  }

  /** Puts its clock forward or back. */
  public void skewClock(Duration by) {
    skew = skew.plus(by);
    simulation.trace().add(name + " skewed by " + by);
  }

  /** Waits, in work that may block; fails when the process dies meanwhile. */
  public void sleep(Duration time) {
    simulation.await(seams.scheduler().after(time));
  }

  /**
   * Gives the answer to something that this process asked of another: it gets it when it runs.
   *
   * @param answer fails for the process as it fails here
   */
  public <T> CompletableFuture<T> hears(CompletableFuture<T> answer) {
    CompletableFuture<T> heard = new CompletableFuture<>();
    var unused =
        answer.whenComplete((value, failure) ->
            simulation
                .scheduler()
                .submit(
                    name + " hears",
                    () ->
                        run(() -> {
                          if (failure == null) {
                            heard.complete(value);
                          } else {
                            heard.completeExceptionally(failure);
                          }
                        })));
    return heard;
  }

  private void run(Runnable work) {
    if (paused) {
      held.add(work);
    } else if (!dead) {
      work.run();
    }
  }

  private final class OwnScheduler implements Scheduler {
    @Override
    public Running start(String worker, Worker steps) {
      Running running =
          simulation
              .scheduler()
              .start(
                  name + "/" + worker,
                  () -> {
                    if (dead) {
                      return Next.Signal.DONE;
                    }
                    return paused ? Next.Signal.WAIT : steps.step();
                  });
      workers.add(running);
      return running;
    }

    @Override
    public <T> CompletableFuture<T> call(String what, Callable<T> work) {
      CompletableFuture<T> result = new CompletableFuture<>();
      simulation.scheduler().submit(name + "/" + what, () -> run(() -> complete(result, work)));
      return result;
    }

    private <T> void complete(CompletableFuture<T> result, Callable<T> work) {
      T value;
      try {
        value = work.call();
      } catch (Throwable thrown) { // whatever it is, the caller must learn of it
        run(() -> result.completeExceptionally(thrown));
        return;
      }
      run(() -> result.complete(value));
    }

    @Override
    public CompletableFuture<Void> after(Duration delay) {
      CompletableFuture<Void> result = new CompletableFuture<>();
      if (dead) {
        result.completeExceptionally(new DiedException(name));
        return result;
      }
      long number = ++numbers;
      waiting.put(number, result);
      var unused =
          simulation
              .scheduler()
              .after(delay)
              .thenRun(() ->
                  run(() -> {
                    waiting.remove(number);
                    result.complete(null);
                  }));
      return result;
    }

    @Override
    public long elapsedNanos() {
      return simulation.scheduler().elapsedNanos();
    }
  }
}
