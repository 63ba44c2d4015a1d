package dev.millrace.cli;

import dev.millrace.cli.exchange.BadLineException;
import dev.millrace.cli.json.Json;
import dev.millrace.core.store.MillraceException;
import dev.millrace.log.LogProgress;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** What the commands on a store's files have in common. */
final class LogWork {
  private LogWork() {}

  /** Does the work and returns the exit code. */
  @FunctionalInterface
  interface Work {
    int run() throws IOException;
  }

  /**
   * Does work whose result may be JSON: then a script gets an object, whatever happens. A folder
   * that cannot be worked on is no mistake of the program.
   */
  static int run(Invocation invocation, boolean json, Work work) throws IOException {
    try {
      return work.run();
    } catch (IllegalArgumentException e) {
      FailureException failure = new FailureException(String.valueOf(e.getMessage()), e);
      report(invocation, json, failure);
      throw failure;
    } catch (MillraceException | FailureException e) {
      report(invocation, json, e);
      throw e;
    }
  }

  private static void report(Invocation invocation, boolean json, RuntimeException failure) {
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("ok", false);
      result.put("error", String.valueOf(failure.getMessage()));
      if (failure.getCause() instanceof BadLineException bad) {
        result.put("line", bad.line());
      }
      invocation.out().line(Json.line(result));
    }
  }

  /** Shows how many bytes are done, and ends the work when the command is to end. */
  static LogProgress progress(Progress progress, String work, StopSignal stop) {
    return new LogProgress() {
      @Override
      public void at(long done, long total) {
        OptionalDouble share =
            total > 0 ? OptionalDouble.of((double) done / total) : OptionalDouble.empty();
        progress.at(work, done >> 20, share);
      }

      @Override
      public boolean goesOn() {
        return !stop.requested();
      }
    };
  }
}
