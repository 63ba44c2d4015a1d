package dev.millrace.log.internal;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Long work on a disk: {@link IoScript scripts} that are made one after the other, each when the
 * one before has ended, so that only a piece of what is copied is in memory.
 *
 * <p>It runs on the thread that starts it, and goes on on those that complete its operations.
 */
final class IoSeries {
  private final IoScript script = new IoScript(this::go);
  private final AtomicInteger calls = new AtomicInteger();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Pieces pieces;

  /** Makes the scripts. */
  @FunctionalInterface
  interface Pieces {
    /** What comes next; null: nothing, the work is done. */
    @Nullable List<IoScript.Step> next() throws IOException;
  }

  private IoSeries(Pieces pieces) {
    this.pieces = pieces;
  }

  /**
   * Begins.
   *
   * @return completes when the work is done, or with the first failure
   */
  static CompletableFuture<Void> run(Pieces pieces) {
    IoSeries series = new IoSeries(pieces);
    series.go();
    return series.ended;
  }

  /** One thread goes on at a time; a call meanwhile has it look once more. */
  private void go() {
    if (calls.getAndIncrement() != 0) {
      return;
    }
    do {
      try {
        advance();
      } catch (IOException | RuntimeException | InternalError e) {
        // the last is what the JVM makes of mapped bytes that the disk cannot read
        ended.completeExceptionally(e);
      }
    } while (calls.decrementAndGet() != 0);
  }

  private void advance() throws IOException {
    while (!ended.isDone() && script.advance()) {
      if (ended.isDone()) {
        return;
      }
      List<IoScript.Step> next = pieces.next();
      if (next == null) {
        ended.complete(null);
      } else {
        script.start(next, this::scriptEnded);
      }
    }
  }

  private void scriptEnded(@Nullable IOException failed) {
    if (failed != null) {
      ended.completeExceptionally(failed);
    }
  }
}
