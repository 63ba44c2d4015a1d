package dev.millrace.log.internal;

import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.seam.Worker;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Makes groups durable beside the writer, one after the other, so that the next one forms while one
 * is synced. A group begins to be written when the one before is durable, never earlier. After a
 * failure nothing more is written.
 */
final class Flusher implements Worker {
  private final Seams seams;
  private final Groups groups;
  private final Runnable wakeWriter;
  private final IoScript script = new IoScript(this::wake);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile @Nullable IOException failure;
  private volatile boolean closing;
  private volatile Scheduler.@Nullable Running running;

  /**
   * A flusher that does nothing until it is started.
   *
   * @param wakeWriter called when a group is durable, or will never be
   */
  Flusher(Seams seams, Groups groups, Runnable wakeWriter) {
    this.seams = seams;
    this.groups = groups;
    this.wakeWriter = wakeWriter;
  }

  void start() {
    running = seams.scheduler().start("millrace-log-flusher", this);
    wake(); // a group may have come before there was anyone to wake
  }

  /** Why the group that it began last is not durable and never will be; null: nothing failed. */
  @Nullable IOException failure() {
    return failure;
  }

  /** Ends when what is ready is durable. */
  CompletableFuture<Void> close() {
    closing = true;
    wake();
    return ended;
  }

  /** A group is ready. */
  void wake() {
    Scheduler.Running current = running;
    if (current != null) {
      current.wake();
    }
  }

  @Override
  public Next step() {
    try {
      return move();
    } catch (RuntimeException | Error unexpected) { // the writer may not wait for ever
      failed(new IOException(unexpected));
      return Next.Signal.AGAIN;
    }
  }

  private Next move() {
    while (!script.running() || script.advance()) {
      if (!script.running() && !begin()) {
        return closing ? done() : Next.Signal.WAIT;
      }
    }
    return Next.Signal.WAIT;
  }

  private boolean begin() {
    Group next = failure == null ? groups.beginFlush() : null;
    if (next == null) {
      return false;
    }
    script.start(
        next.flush(),
        problem -> {
          if (problem == null) {
            groups.flushed();
            wakeWriter.run();
          } else {
            failed(problem);
          }
        });
    return true;
  }

  private void failed(IOException problem) {
    failure = problem;
    wakeWriter.run();
  }

  private Next done() {
    ended.complete(null);
    return Next.Signal.DONE;
  }
}
