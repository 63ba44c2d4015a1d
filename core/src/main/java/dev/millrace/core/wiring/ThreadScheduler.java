package dev.millrace.core.wiring;

import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Worker;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives each worker a platform thread of its own, which nobody interrupts, and each blocking call a
 * virtual thread.
 */
final class ThreadScheduler implements Scheduler {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadScheduler.class);

  private static final long BEGIN = System.nanoTime();

  @Override
  public Running start(String name, Worker worker) {
    WorkerThread running = new WorkerThread(name, worker);
    running.thread.start();
    return running;
  }

  @Override
  public <T> CompletableFuture<T> call(String name, Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .name(name)
        .start(() -> {
          try {
            result.complete(work.call());
          } catch (Throwable failure) { // whatever it is, the caller must learn of it
            result.completeExceptionally(failure);
          }
        });
    return result;
  }

  @Override
  public CompletableFuture<Void> after(Duration delay) {
    Executor delayed =
        CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, Runnable::run);
    return CompletableFuture.runAsync(() -> {}, delayed);
  }

  @Override
  public long elapsedNanos() {
    return System.nanoTime() - BEGIN;
  }

  private static final class WorkerThread implements Running {
    private final Worker worker;
    private final Thread thread;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private volatile boolean stopping;

    WorkerThread(String name, Worker worker) {
      this.worker = worker;
      this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
    }

    private void run() {
      try {
        while (!stopping) {
          woken.set(false);
          switch (worker.step()) {
            case Next.Signal.AGAIN -> {}
            case Next.Signal.WAIT -> park(Long.MAX_VALUE);
            case Next.Signal.DONE -> stopping = true;
            case Next.After(Duration delay) -> park(delay.toNanos());
          }
        }
        stopped.complete(null);
      } catch (Throwable failure) { // a worker that dies must not die in silence
        LOG.error("worker {} stopped by an unexpected failure", thread.getName(), failure);
        stopped.completeExceptionally(failure);
      }
    }

    private void park(long nanos) {
      long deadline = System.nanoTime() + nanos;
      while (!woken.get() && !stopping) {
        if (nanos == Long.MAX_VALUE) {
          LockSupport.park(this);
        } else {
          long left = deadline - System.nanoTime();
          if (left <= 0) {
            return;
          }
          LockSupport.parkNanos(this, left);
        }
      }
    }

    @Override
    public void wake() {
      if (!woken.getAndSet(true)) {
        LockSupport.unpark(thread);
      }
    }

    @Override
    public CompletableFuture<Void> stop() {
      stopping = true;
      LockSupport.unpark(thread);
      return stopped;
    }
  }
}
