package dev.millrace.core;

import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.RowQuery;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.MillraceException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a query: first all of them, then what changes, without a gap or a repeat between.
 *
 * <p>It is pulled: whoever asks gets the difference between the rows of now and those that it got
 * last. So nothing waits in memory for one who is slow, who gets fewer and larger changes instead.
 * Rows and their position are read in one transaction, so that with one lane and without dead
 * letters each difference is exactly that between two positions, also when another version of the
 * projection has come to answer in between. Otherwise rows may be further than their position.
 *
 * <p>It cannot be taken up where another one ended: a position does not tell which rows its reader
 * had, since with many lanes and after a redrive rows change behind it. Each begins with all rows.
 *
 * <p>Safe for use from many threads; one asks at a time.
 */
public final class RowSubscription implements AutoCloseable {
  /** Rows may be written by another process, of which nobody here is told. */
  private static final Duration LOOK_ANYWAY = Duration.ofSeconds(1);

  private final ProjectionVersions<?> versions;
  private final RowQuery query;
  private final Seams seams;
  private final Duration pause;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile @Nullable RowDifference last;
  private volatile long lookedAt; // of the clock that nobody moves
  private volatile boolean looked;

  RowSubscription(ProjectionVersions<?> versions, RowQuery query, Seams seams, Duration pause) {
    this.versions = versions;
    this.query = query;
    this.seams = seams;
    this.pause = pause;
  }

  /**
   * The next change.
   *
   * @return completes with all rows the first time, then as soon as there is a difference;
   *     exceptionally with what {@link Millrace#rows} throws, after which it can be asked again, or
   *     with a {@link MillraceException} when it is closed
   * @throws IllegalStateException while the answer before is not there yet
   */
  public CompletableFuture<RowChange> next() {
    if (!asking.compareAndSet(false, true)) {
      throw new IllegalStateException("the answer before is not there yet; ask for one at a time");
    }
    CompletableFuture<RowChange> answer = new CompletableFuture<>();
    lookLater(answer);
    return answer;
  }

  /**
   * Completes when it has looked for the first time: changes after that are not in the first rows.
   */
  public CompletableFuture<Void> begun() {
    return begun.copy();
  }

  /** How far the rows were when it looked last; null: it has not, or nothing was handled yet. */
  public @Nullable Checkpoint checkpoint() {
    RowDifference seen = last;
    return seen == null ? null : seen.now().rows().checkpoint();
  }

  /** Not sooner after the last look than the pause allows. */
  private void lookLater(CompletableFuture<RowChange> answer) {
    orEnd(
        answer,
        () -> {
          Duration wait =
              pause.minusNanos(looked ? seams.scheduler().elapsedNanos() - lookedAt : 0);
          if (!looked || !wait.isPositive()) {
            look(answer);
            return;
          }
          var unused =
              CompletableFuture.anyOf(seams.scheduler().after(wait), closed)
                  .whenComplete((done, failure) -> orEnd(answer, () -> look(answer)));
        });
  }

  /** What goes wrong on the way is told: nobody else would see it. */
  private void orEnd(CompletableFuture<RowChange> answer, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error failure) {
      end(answer, null, failure);
    }
  }

  private void look(CompletableFuture<RowChange> answer) {
    if (closed.isDone()) {
      end(answer, null, new MillraceException("the subscription is closed"));
      return;
    }
    CompletableFuture<Void> moved =
        versions.moved(); // before: what happens meanwhile is not missed
    var unused =
        seams
            .scheduler()
            .call("changes of " + query.table(), this::change)
            .whenComplete((change, failure) -> {
              if (failure != null || !change.isEmpty()) {
                end(answer, change, failure);
                return;
              }
              orEnd(
                  answer,
                  () -> {
                    var unusedWait =
                        CompletableFuture.anyOf(moved, closed, seams.scheduler().after(LOOK_ANYWAY))
                            .whenComplete((done, never) -> lookLater(answer));
                  });
            });
  }

  private void end(
      CompletableFuture<RowChange> answer,
      @Nullable RowChange change,
      @Nullable Throwable failure) {
    asking.set(false);
    if (failure != null) {
      answer.completeExceptionally(failure);
    } else {
      answer.complete(change);
    }
  }

  /**
   * The rows themselves are compared: with many lanes and redrives they move without a position.
   */
  private RowChange change() {
    lookedAt = seams.scheduler().elapsedNanos();
    looked = true;
    RowDifference before = last;
    RowDifference now = new RowDifference(versions.keyedRows(query));
    last = now;
    begun.complete(null);
    return before == null ? now.whole() : now.since(before);
  }

  /** Ends it; an answer that is waited for fails. */
  @Override
  public void close() {
    closed.complete(null);
  }
}
