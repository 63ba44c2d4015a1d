package dev.millrace.log.internal;

import java.util.concurrent.CompletableFuture;

/** Lets one work go on at a time, in the order in which they asked, and blocks nobody. */
final class Turns {
  /** Of work that waits for nobody. */
  static final Turn NONE =
      new Turn(CompletableFuture.completedFuture(null), CompletableFuture.completedFuture(null));

  private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

  /**
   * A place in the order.
   *
   * @param begun completes when everybody before has ended
   * @param ended to be completed when the work is done, however it ended
   */
  record Turn(CompletableFuture<Void> begun, CompletableFuture<Void> ended) {
    /** Lets the next one go on. May be called again. */
    void end() {
      boolean unused = ended.complete(null);
    }
  }

  /** Takes the next place. */
  synchronized Turn next() {
    Turn turn = new Turn(last, new CompletableFuture<>());
    last = turn.ended();
    return turn;
  }
}
