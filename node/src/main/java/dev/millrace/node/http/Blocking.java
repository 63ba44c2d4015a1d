package dev.millrace.node.http;

import dev.millrace.core.seam.Scheduler;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Runs what touches files or databases away from the server's threads. The server interrupts those
 * when a connection ends, and an interrupt closes a {@code FileChannel} for everyone who uses it.
 */
public final class Blocking {
  private final Scheduler scheduler;

  public Blocking(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** The result of work on a thread that nobody interrupts. */
  public <T> T call(String name, Callable<T> work) {
    return result(scheduler.call(name, work));
  }

  /** The result of a future; what it failed with is thrown as it is. */
  public static <T> T result(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }
}
