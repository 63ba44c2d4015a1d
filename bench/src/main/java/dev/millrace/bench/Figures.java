package dev.millrace.bench;

import dev.millrace.cli.bench.LogBenchmark;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that one run has found so far. Used by one thread. */
final class Figures {
  double rawSyncs;
  double rawAppendSyncs;
  RawDisk.Sequential sequential = new RawDisk.Sequential(0, 0);
  @Nullable Sustained sustained;
  @Nullable Appends append;
  @Nullable Replay replay;

  /** The figures by name, in the order of the tables. */
  Map<String, Object> json(LogBenchmark.Options options) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("eventBytes", Measured.BYTES);
    json.put("size", options.size().name().toLowerCase(java.util.Locale.ROOT));
    json.put("rawSyncsPerSecond", rawSyncs);
    json.put("rawAppendSyncsPerSecond", rawAppendSyncs);
    json.put("diskBytesPerSecond", sequential.growing());
    json.put("diskOverwriteBytesPerSecond", sequential.overwriting());
    if (sustained != null) {
      json.put("sustained", sustained.json());
    }
    if (append != null) {
      json.put("append", append.json());
      json.put("batch100", append.batch100().json());
    }
    if (replay != null) {
      json.put("replayRaw", replay.raw());
      json.put("replayTyped", replay.typed());
      json.put("replayedEvents", replay.events());
    }
    return json;
  }
}
