package dev.millrace.cli;

import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.log.LogArchival;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What the commands that move segments to archives and back have in common. */
final class ArchivalText {
  private ArchivalText() {}

  static LogArchival join(CompletableFuture<LogArchival> moving) {
    try {
      return moving.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  static void print(Invocation invocation, LogArchival archival, boolean json, String done) {
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("ok", true);
      result.put("movedSegments", archival.movedSegments());
      result.put("movedBytes", archival.movedBytes());
      result.put("archivedSegments", archival.archivedSegments());
      result.put("archivedBytes", archival.archivedBytes());
      result.put("segments", archival.segments());
      result.put("bytes", archival.bytes());
      invocation.out().line(Json.line(result));
      return;
    }
    invocation
        .out()
        .line(
            Numbers.count(archival.movedSegments(), "segment", "segments")
                + " with "
                + Numbers.bytes(archival.movedBytes())
                + " "
                + done
                + "; archived are "
                + archival.archivedSegments()
                + " of "
                + archival.segments()
                + ", "
                + Numbers.bytes(archival.archivedBytes())
                + " of "
                + Numbers.bytes(archival.bytes()));
  }
}
