package dev.millrace.testkit.sim;

import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Worker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A worker in a simulation: waiting, in the list of what can run, asleep, or running. */
final class SimWorker implements Scheduler.Running {
  private enum State {
    WAITING,
    READY,
    RUNNING,
    DONE
  }

  private final SimScheduler scheduler;
  private final Worker worker;
  private final SimScheduler.Task task;
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private State state = State.WAITING;
  private SimScheduler.@Nullable Timer alarm;
  private boolean woken;
  private boolean stopping;

  SimWorker(SimScheduler scheduler, String name, Worker worker) {
    this.scheduler = scheduler;
    this.worker = worker;
    this.task = new SimScheduler.Task(name, this::run);
  }

  @Override
  public void wake() {
    switch (state) {
      case WAITING -> {
        if (alarm != null) {
          scheduler.cancel(alarm);
          alarm = null;
        }
        state = State.READY;
        scheduler.submit(task.name(), task.body());
      }
      case RUNNING -> woken = true;
      case READY, DONE -> {}
    }
  }

  @Override
  public CompletableFuture<Void> stop() {
    stopping = true;
    wake();
    return stopped;
  }

  private void run() {
    if (stopping) {
      finish(null);
      return;
    }
    state = State.RUNNING;
    alarm = null;
    woken = false;
    Next next;
    try {
      next = worker.step();
    } catch (Throwable thrown) { // a worker that dies must end the simulation
      finish(thrown);
      return;
    }
    if (next == Next.Signal.DONE) {
      finish(null);
      return;
    }
    state = State.WAITING;
    if (woken || stopping || next == Next.Signal.AGAIN) {
      wake();
    } else if (next instanceof Next.After(Duration delay)) {
      alarm = scheduler.schedule(delay, this::wake);
    }
  }

  private void finish(@Nullable Throwable thrown) {
    state = State.DONE;
    if (thrown == null) {
      stopped.complete(null);
    } else {
      scheduler.workerFailed(task.name(), thrown);
      stopped.completeExceptionally(thrown);
    }
  }
}
