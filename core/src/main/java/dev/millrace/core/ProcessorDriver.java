package dev.millrace.core;

import dev.millrace.core.store.Query;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What a kind of processor does; {@link ProcessorWorker} and its {@link Drive} say when. */
interface ProcessorDriver {
  String name();

  ProcessorStatus.Kind kind();

  int version();

  /** Which events. */
  Query query();

  /** How it is driven. */
  ProcessorOptions options();

  /** Into how many shares its work can be divided among processes; 0: it is never shared. */
  int shares();

  /**
   * Prepares, and answers with how far it is.
   *
   * @param grant what it works on until the next start; nothing of an earlier one runs any more
   * @return fails with a {@link FencedException} when somebody has it now
   */
  CompletableFuture<Progress> start(Grant grant);

  /** How far it is, whoever works on it; empty: nobody has begun it, so that it has no rows yet. */
  CompletableFuture<Optional<Passed>> passed();

  /**
   * Handles events and saves what belongs to them, together where the target can.
   *
   * @param spans of these events, to which belongs what is done with them
   * @return fails with an {@link EventFailure} where it is known which event it was; it says
   *     whether they may be handled nevertheless, because an answer was lost: then {@link #isSaved}
   *     must be asked before anything else happens to these events
   */
  CompletableFuture<?> handle(Part part, Tracing.Handling spans);

  /** Saves a change without events. It may run beside {@link #handle}, for other keys. */
  CompletableFuture<?> save(ProgressChange change);

  /** Whether a change with events was saved after all, and their effects with it. */
  CompletableFuture<Boolean> isSaved(ProgressChange change);

  /**
   * Takes everything that is in the store as handled, and answers with how far it is then. Nothing
   * else runs.
   */
  default CompletableFuture<Progress> skip() {
    return CompletableFuture.failedFuture(
        new IllegalArgumentException(
            "'" + name() + "' keeps rows, which would be wrong without the events; reset it"));
  }

  /** Whether its rows are new, and are to answer when they are level. */
  default boolean isBuilding() {
    return false;
  }

  /**
   * Its rows, which are level, answer from now on.
   *
   * @param examined every event up to and including this one is in those that are kept here
   * @return false: those that answer are further, or other processes are not so far; try again
   */
  default CompletableFuture<Boolean> becomeLive(long examined) {
    return CompletableFuture.completedFuture(false);
  }

  /** Under what name processes share its work: versions that stand beside each other are apart. */
  default String leaseName() {
    return name();
  }

  /**
   * Undoes everything, and begins again. Nothing else runs.
   *
   * @param grant of all shares
   */
  CompletableFuture<Progress> reset(Grant grant);
}
