package dev.millrace.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Work that runs elsewhere; what is done with its end happens in a later step of the worker. */
final class InFlight {
  private final Runnable wake;
  private @Nullable CompletableFuture<?> work;
  private Consumer<@Nullable Throwable> settled = failure -> {};

  InFlight(Runnable wake) {
    this.wake = wake;
  }

  boolean isEmpty() {
    return work == null;
  }

  /**
   * Waits for work; there must be none.
   *
   * @param result gets its value when it went well
   * @param failed gets why it did not
   */
  <V> void submit(
      CompletableFuture<? extends V> submitted,
      Consumer<? super V> result,
      Consumer<Throwable> failed) {
    work = submitted;
    settled =
        failure -> {
          if (failure == null) {
            result.accept(submitted.join());
          } else {
            failed.accept(failure);
          }
        };
    var unused = submitted.whenComplete((value, failure) -> wake.run());
  }

  /** Does what follows, if the work has ended. */
  void settle() {
    CompletableFuture<?> current = work;
    if (current == null || !current.isDone()) {
      return;
    }
    work = null;
    settled.accept(failureOf(current));
  }

  private static @Nullable Throwable failureOf(CompletableFuture<?> done) {
    if (!done.isCompletedExceptionally()) {
      return null;
    }
    Throwable failure = done.exceptionNow();
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
