package dev.millrace.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Turns the end of the process that a signal has begun into a {@link StopSignal}, and waits for the
 * command to end in good order. The exit code is then the command's, not 128 and the signal's
 * number: a demo that was stopped has not failed.
 */
final class Shutdown {
  /** How long a command may take to stop; then the process ends, as after a kill. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CompletableFuture<Integer> ended = new CompletableFuture<>();
  private final StopSignal stop;

  private Shutdown(StopSignal stop) {
    this.stop = stop;
  }

  static Shutdown install(StopSignal stop) {
    Shutdown shutdown = new Shutdown(stop);
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("millrace-shutdown").unstarted(shutdown::hook));
    return shutdown;
  }

  /** Ends the process. If a signal has begun that already, the hook does it. */
  void exit(int code) {
    ended.complete(code);
    System.exit(code);
  }

  private void hook() {
    if (ended.isDone()) {
      return;
    }
    stop.request();
    int code;
    try {
      code = ended.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | InterruptedException | ExecutionException e) {
      System.err.println(
          "millrace: did not stop within " + PATIENCE.toSeconds() + " s; ended as by a kill");
      code = ExitCode.FAILURE;
    }
    Runtime.getRuntime().halt(code);
  }
}
