package dev.millrace.bench;

import dev.millrace.cli.bench.LogBenchmark;
import dev.millrace.core.store.EventStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;

/** Measures, part by part, each in the same folder and so on the same disk. */
public final class LogMeasurement implements LogBenchmark {
  private static final long SEED = 2026;

  /** For the service loader. */
  public LogMeasurement() {}

  @Override
  public Result run(Options options, Progress progress) throws IOException, InterruptedException {
    Files.createDirectories(options.folder());
    Path folder = Files.createTempDirectory(options.folder(), "bench-");
    try {
      Run run = new Run(options, Scale.of(options.size()), folder, progress);
      run.all();
      return new Result(
          run.figures.json(options), Tables.disk(run.figures), Tables.of(run.figures));
    } catch (IOException | InterruptedException | CancellationException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the benchmark failed: " + e, e);
    } finally {
      Folders.delete(folder);
    }
  }

  /** One run. */
  private record Run(
      Options options, Scale scale, Path folder, Progress progress, RawDisk raw, Figures figures) {

    Run(Options options, Scale scale, Path folder, Progress progress) {
      this(options, scale, folder, progress, new RawDisk(folder), new Figures());
    }

    private boolean has(Part part) {
      return options.parts().contains(part);
    }

    void all() throws Exception {
      Watch watch = Watch.named("the disk itself", progress);
      figures.sequential = raw.sequential(scale.megabytes());
      watch.at(0, 0.3);
      figures.rawAppendSyncs = raw.syncsAtTheEnd(scale.raw());
      watch.at(0, 0.6);
      figures.rawSyncs = raw.syncsIntoZeros(scale.raw());
      if (has(Part.APPEND) || has(Part.REPLAY)) {
        store();
      }
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
      double before = raw.syncsIntoZeros(scale.raw());
      watch.at(0, 1);
      Map<Integer, Rate> single = new LinkedHashMap<>();
      Rate alone = loops.single(subject, 1, scale.sustained(), Map.of());
      Watch.named("the disk itself, after", progress).at(0, 0);
      double after = raw.syncsIntoZeros(scale.raw());
      figures.sustained =
          new Sustained(
              scale.sustained().toMillis() / 1e3, alone.closed().eventsPerSecond(), before, after);
      figures.rawSyncs = figures.sustained.raw();
      for (int callers : Loops.CALLERS) {
        single.put(callers, callers == 1 ? alone : loops.single(subject, callers, Map.of()));
      }
      figures.append = new Appends(single, loops.batches(subject, Map.of()), Map.of());
    }
  }
}
