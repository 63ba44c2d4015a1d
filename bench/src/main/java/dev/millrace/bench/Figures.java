package dev.millrace.bench;

import dev.millrace.cli.bench.LogBenchmark;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that one run has found so far. Used by one thread. */
final class Figures {
  private static final RawDisk.Syncs NONE = new RawDisk.Syncs(0, 0, 0);

  RawDisk.Syncs zeros = NONE;
  RawDisk.Syncs growing = NONE;
  RawDisk.Sequential sequential = new RawDisk.Sequential(0, 0);
  @Nullable Sustained sustained;
  @Nullable Appends append;
  @Nullable Appends kafka;
  @Nullable Appends postgresql;
  @Nullable Delivery delivery;
  @Nullable Replay replay;
  @Nullable Growth growth;
  @Nullable EncryptionCost encryption;

  /** The figures by name, in the order of the tables. */
  Map<String, Object> json(LogBenchmark.Options options) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("eventBytes", Measured.BYTES);
    json.put("size", options.size().name().toLowerCase(Locale.ROOT));
    json.put("rawSyncsPerSecond", sustained == null ? zeros.perSecond() : sustained.raw());
    json.put("rawSyncMicros", micros(zeros));
    json.put("rawAppendSyncsPerSecond", growing.perSecond());
    json.put("rawAppendSyncMicros", micros(growing));
    json.put("diskBytesPerSecond", sequential.growing());
    json.put("diskOverwriteBytesPerSecond", sequential.overwriting());
    if (sustained != null) {
      json.put("sustained", sustained.json());
    }
    if (append != null) {
      json.put("append", append.json());
      json.put("batch100", append.batch100().json());
    }
    peer(json, "kafka", kafka);
    peer(json, "postgresql", postgresql);
    if (delivery != null) {
      json.put("delivery", delivery.json());
    }
    if (replay != null) {
      json.put("replayRaw", replay.raw());
      json.put("replayTyped", replay.typed());
      json.put("replayedEvents", replay.events());
    }
    if (growth != null) {
      Map<String, Double> largest = growth.largest();
      Map<String, Object> reads = new LinkedHashMap<>();
      reads.put("p50", largest.get("entityReadP50Micros"));
      reads.put("p99", largest.get("entityReadP99Micros"));
      json.put("entityReadMicros", reads);
      json.put("growth", growth.json());
      json.put("growthEventsPerAppend", options.eventsPerAppend());
      json.put("pageCacheDropped", growth.cacheDropped());
    }
    if (encryption != null) {
      json.put("encryption", encryption.json());
    }
    return json;
  }

  private static void peer(Map<String, Object> json, String name, @Nullable Appends appends) {
    if (appends != null) {
      json.put(name, appends.json());
      json.put(name + "Batch100", appends.batch100().json());
      json.put(name + "Settings", appends.settings());
    }
  }

  private static Map<String, Object> micros(RawDisk.Syncs syncs) {
    Map<String, Object> micros = new LinkedHashMap<>();
    micros.put("p50", syncs.p50Micros());
    micros.put("p99", syncs.p99Micros());
    return micros;
  }
}
