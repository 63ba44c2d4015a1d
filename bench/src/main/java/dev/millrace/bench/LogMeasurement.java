package dev.millrace.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.millrace.cli.bench.LogBenchmark;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.core.json.JsonCodec;
import dev.millrace.core.store.EventStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.slf4j.LoggerFactory;

/** Measures, part by part, each in the same folder and so on the same disk. */
public final class LogMeasurement implements LogBenchmark {
  private static final long SEED = 2026;
  private static final int PAYLOADS = 4_096;

  /** What the peers say of themselves at their start is of no interest here. */
  private static final List<String> TALKATIVE = List.of("org.apache.kafka", "io.zonky");

  /** For the service loader. */
  public LogMeasurement() {}

  @Override
  public Result run(Options options, Progress progress) throws IOException, InterruptedException {
    TALKATIVE.forEach(name -> {
      if (LoggerFactory.getLogger(name) instanceof Logger logger) {
        logger.setLevel(Level.ERROR); // a broker that starts refuses connections
      }
    });
    Files.createDirectories(options.folder());
    checkRoom(options);
    Path folder = Files.createTempDirectory(options.folder(), "bench-");
    try {
      Run run = new Run(options, Scale.of(options.size()), folder, progress);
      run.all();
      return new Result(
          run.figures.json(options),
          Tables.disk(run.figures),
          Tables.of(run.figures),
          List.copyOf(run.failed));
    } catch (IOException | InterruptedException | CancellationException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the benchmark failed: " + e, e);
    } finally {
      Folders.delete(folder);
    }
  }

  /** Before anything begins, since it may end hours later. */
  private static void checkRoom(Options options) throws IOException {
    Scale scale = Scale.of(options.size());
    long needed = scale.room();
    if (options.parts().contains(Part.GROWTH)) {
      List<Long> stores = scale.stores(options.events());
      needed = Math.max(needed, Growth.bytes(stores.getLast()));
    }
    long free = Files.getFileStore(options.folder()).getUsableSpace();
    if (free < needed) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "not enough room in %s: this needs %s, and %s are free; give it another folder with"
                  + " --in, fewer --events, or less with --only",
              options.folder(),
              Numbers.bytes(needed),
              Numbers.bytes(free)));
    }
  }

  /** Measures a part. */
  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  /** One run. */
  private record Run(
      Options options,
      Scale scale,
      Path folder,
      Progress progress,
      RawDisk raw,
      Figures figures,
      List<String> failed) {

    Run(Options options, Scale scale, Path folder, Progress progress) {
      this(options, scale, folder, progress, new RawDisk(folder), new Figures(), new ArrayList<>());
    }

    private boolean has(Part part) {
      return options.parts().contains(part);
    }

    void all() throws Exception {
      Watch watch = Watch.named("the disk itself", progress);
      figures.sequential = raw.sequential(scale.megabytes());
      watch.at(0, 0.3);
      figures.growing = raw.syncsAtTheEnd(scale.raw());
      watch.at(0, 0.6);
      figures.zeros = raw.syncsIntoZeros(scale.raw());
      measure("append, replay", has(Part.APPEND) || has(Part.REPLAY), this::store);
      measure("kafka, delivery", has(Part.KAFKA) || has(Part.DELIVERY), this::kafka);
      measure("postgresql", has(Part.POSTGRESQL), this::postgresql);
      measure(
          "growth",
          has(Part.GROWTH),
          () -> figures.growth = Growth.measure(folder, options, scale, progress));
      measure(
          "encryption",
          has(Part.ENCRYPTION),
          () ->
              figures.encryption =
                  EncryptionCost.measure(folder, scale, Watch.named("encryption", progress)));
    }

    /** A part that fails takes nothing away from the others. */
    private void measure(String parts, boolean wanted, Step step) throws Exception {
      if (!wanted) {
        return;
      }
      try {
        step.run();
      } catch (InterruptedException | CancellationException e) {
        throw e;
      } catch (Exception e) {
        failed.add(parts + ": " + e);
      }
    }

    private void kafka() throws Exception {
      progress.at("starting Kafka", 0, OptionalDouble.empty());
      Path data = folder.resolve("kafka");
      try (KafkaBroker broker = KafkaBroker.start(data)) {
        if (has(Part.KAFKA)) {
          figures.kafka = new KafkaPeer(broker, scale, progress, payloads()).appends();
        }
        if (has(Part.DELIVERY)) {
          Path store = folder.resolve("delivery");
          try (EventStore log = EventStore.open("log:" + store)) {
            figures.delivery = Delivery.measure(log, broker, payloads(), scale, progress);
          }
          Folders.delete(store);
        }
      }
      Folders.delete(data);
    }

    private void postgresql() throws Exception {
      progress.at("starting PostgreSQL", 0, OptionalDouble.empty());
      Path data = folder.resolve("postgresql");
      try (PostgresqlServer server = PostgresqlServer.start(data)) {
        figures.postgresql = new PostgresqlPeer(server, scale, progress, payloads()).appends();
      }
      Folders.delete(data);
    }

    /** What the peers' events hold: the same as ours. */
    private static List<byte[]> payloads() {
      SplittableRandom random = new SplittableRandom(SEED);
      JsonCodec codec = new JsonCodec();
      List<byte[]> payloads = new ArrayList<>(PAYLOADS);
      for (int i = 0; i < PAYLOADS; i++) {
        payloads.add(Measured.random(random, codec).toArray());
      }
      return payloads;
    }

    private void store() throws Exception {
      Path store = folder.resolve("store");
      try (EventStore log = EventStore.open("log:" + store)) {
        LogSubject subject = new LogSubject(log, Loops.BATCH, SEED);
        Loops loops = new Loops("Millrace", scale, progress);
        if (has(Part.APPEND)) {
          loops.warmUp(subject);
          appends(subject, loops);
        }
        if (has(Part.REPLAY)) {
          Watch watch = Watch.named("Millrace, replay", progress);
          while (log.head() < scale.replayed()) {
            var _ =
                new ClosedLoop(subject, Loops.BATCH_CALLERS, Loops.BATCH, Loops.WINDOW)
                    .run(scale.trial(), watch);
          }
          figures.replay = Replay.measure(log, scale.step(), watch);
        }
      }
      Folders.delete(store);
    }

    private void appends(LogSubject subject, Loops loops) throws Exception {
      Watch watch = Watch.named("the disk itself, before", progress);
      double before = raw.syncsIntoZeros(scale.raw()).perSecond();
      watch.at(0, 1);
      Map<Integer, Rate> single = new LinkedHashMap<>();
      Rate alone = loops.single(subject, 1, scale.sustained(), Map.of());
      Watch.named("the disk itself, after", progress).at(0, 0);
      double after = raw.syncsIntoZeros(scale.raw()).perSecond();
      figures.sustained =
          new Sustained(
              scale.sustained().toMillis() / 1e3, alone.closed().eventsPerSecond(), before, after);
      for (int callers : Loops.CALLERS) {
        single.put(callers, callers == 1 ? alone : loops.single(subject, callers, Map.of()));
      }
      figures.append = new Appends(single, loops.batches(subject, Map.of()), Map.of());
    }
  }
}
