package dev.millrace.core;

import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a kind of processor does; {@link ProcessorWorker} says when. Calls never overlap. */
interface ProcessorDriver {
  String name();

  ProcessorStatus.Kind kind();

  int version();

  /** Which events. */
  Query query();

  /** Most events of a batch. */
  int batch();

  /** How long a batch that caught up may be followed by none, so that the next one has more. */
  default Duration linger() {
    return Duration.ZERO;
  }

  /** Prepares, and answers with the position of the checkpoint. */
  CompletableFuture<Long> start();

  /**
   * Handles events, and moves the checkpoint to {@code upTo}, also when there are no events.
   *
   * @param spans of these events, to which belongs what is done with them
   */
  CompletableFuture<?> handle(List<RecordedEvent> events, long upTo, Tracing.Handling spans);

  /**
   * Takes everything that is in the store as handled, and answers with the position of the
   * checkpoint.
   */
  default CompletableFuture<Long> skip() {
    return CompletableFuture.failedFuture(
        new IllegalArgumentException(
            "'" + name() + "' keeps rows, which would be wrong without the events; reset it"));
  }

  /** Undoes everything, and sets the checkpoint to 0. */
  CompletableFuture<?> reset();
}
