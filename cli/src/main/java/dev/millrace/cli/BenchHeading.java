package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What stands above a measurement: machine, command, version and time. */
record BenchHeading(Machine machine, String command, Instant time) {
  static BenchHeading of(Invocation invocation, Path folder) throws IOException {
    return new BenchHeading(
        Machine.of(folder),
        invocation.commandLine(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS));
  }

  /** A new map with its members. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("machine", machine.json());
    json.put("command", command);
    json.put("version", Version.number());
    json.put("time", time);
    return json;
  }

  /** The same with the disk's own rates in the run. */
  List<String> lines(String disk) {
    return List.of(lines().get(0), "disk     " + disk, lines().get(1));
  }

  List<String> lines() {
    return List.of(
        "machine  " + machine,
        "command  " + command + "   (" + Version.number() + ", " + time + ")",
        "");
  }
}
