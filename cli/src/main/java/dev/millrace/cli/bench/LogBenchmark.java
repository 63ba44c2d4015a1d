package dev.millrace.cli.bench;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.TagValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Measures the embedded store with callers in a closed loop: each waits for its answer, which means
 * durable, before it appends again. The disk's own rates are measured in the same run.
 *
 * <p>Latencies are from the call to the answer; a closed loop does not see how long a caller would
 * have waited for its turn.
 */
public final class LogBenchmark {
  private static final int RAW_BYTES = 4096;
  private static final int ENTITIES = 100_000;

  private final Options options;
  private final Consumer<String> progress;

  /**
   * What to measure.
   *
   * @param folder where; a folder inside it is made and deleted
   * @param events how many events to store before replay is measured
   * @param eventBytes of data in an event
   * @param step how long each measurement lasts
   * @param callers numbers of callers that append single events
   */
  public record Options(
      Path folder, long events, int eventBytes, Duration step, List<Integer> callers) {
    /** Everything in about half a minute, or less when quick. */
    public static Options of(Path folder, boolean quick) {
      return new Options(
          folder,
          quick ? 300_000 : 2_000_000,
          256,
          Duration.ofSeconds(quick ? 2 : 10),
          List.of(1, 16, 256));
    }

    /** The same with another number of events. */
    public Options withEvents(long events) {
      return new Options(folder, events, eventBytes, step, callers);
    }
  }

  /**
   * A rate with its latencies.
   *
   * @param eventsPerSecond durable events
   * @param p50Micros half of the appends were answered within
   * @param p99Micros of hundred appends, 99 were answered within
   */
  public record Rate(double eventsPerSecond, double p50Micros, double p99Micros) {}

  /**
   * What was measured.
   *
   * @param rawSyncsPerSecond write and fdatasync into a zero-written file
   * @param rawAppendSyncsPerSecond write and fdatasync at the end of a file that grows
   * @param diskBytesPerSecond sequential writes at the end of a file
   * @param append callers → single events
   * @param batch100 batches of 100 events from 16 callers
   * @param replayRaw events per second of a read from the beginning
   * @param entityReadMicros reads of all events of one of many entities: p50, p99
   * @param openMillis opening the store with all of these events
   * @param events how many there were in the end
   */
  public record Result(
      double rawSyncsPerSecond,
      double rawAppendSyncsPerSecond,
      double diskBytesPerSecond,
      Map<Integer, Rate> append,
      Rate batch100,
      double replayRaw,
      List<Double> entityReadMicros,
      double openMillis,
      long events) {}

  /**
   * A benchmark.
   *
   * @param progress told what is being measured
   */
  public LogBenchmark(Options options, Consumer<String> progress) {
    this.options = options;
    this.progress = progress;
  }

  /** Measures; takes as long as the options say. */
  public Result run() throws IOException, InterruptedException {
    Files.createDirectories(options.folder());
    Path folder = Files.createTempDirectory(options.folder(), "bench-");
    try {
      return run(folder);
    } finally {
      delete(folder);
    }
  }

  private Result run(Path folder) throws IOException, InterruptedException {
    RawDisk raw = new RawDisk(folder);
    Duration rawStep = options.step().dividedBy(2);
    progress.accept("raw disk");
    double zeros = raw.syncsIntoZeros(RAW_BYTES, rawStep);
    double growing = raw.syncsAtTheEnd(RAW_BYTES, rawStep);
    double sequential = raw.bytesPerSecond(256);
    Map<Integer, Rate> append = new TreeMap<>();
    Path store = folder.resolve("store");
    Rate batch;
    try (EventStore log = EventStore.open("log:" + store)) {
      closedLoop(log, 16, 1, options.step().dividedBy(2)); // to warm up
      for (int callers : options.callers()) {
        progress.accept(callers + " callers");
        append.put(callers, closedLoop(log, callers, 1, options.step()));
      }
      progress.accept("batches of 100 from 16 callers");
      batch = closedLoop(log, 16, 100, options.step());
      fill(log);
    }
    progress.accept("opening, reading");
    long opening = System.nanoTime();
    try (EventStore log = EventStore.open("log:" + store)) {
      double openMillis = (System.nanoTime() - opening) / 1e6;
      double replay = replay(log);
      return new Result(
          zeros,
          growing,
          sequential,
          append,
          batch,
          replay,
          entityReads(log),
          openMillis,
          log.head());
    }
  }

  private Rate closedLoop(EventStore log, int callers, int batch, Duration duration)
      throws InterruptedException {
    List<Histogram> histograms = new ArrayList<>();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(callers);
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    for (int i = 0; i < callers; i++) {
      Histogram histogram = new Histogram(60_000_000_000L, 3);
      histograms.add(histogram);
      SplittableRandom random = new SplittableRandom(start + i);
      Thread.ofVirtual()
          .start(() -> {
            try {
              call(log, batch, end, random, histogram);
            } catch (Throwable thrown) { // the run must end and say so
              failure.compareAndSet(null, thrown);
            } finally {
              done.countDown();
            }
          });
    }
    done.await();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (failure.get() != null) {
      throw new IllegalStateException("a caller failed", failure.get());
    }
    Histogram all = new Histogram(60_000_000_000L, 3);
    histograms.forEach(all::add);
    return new Rate(
        all.getTotalCount() * batch / seconds,
        all.getValueAtPercentile(50) / 1e3,
        all.getValueAtPercentile(99) / 1e3);
  }

  private void call(
      EventStore log, int batch, long end, SplittableRandom random, Histogram histogram) {
    Bytes data = data(random);
    long now = System.nanoTime();
    while (now < end) {
      AppendResult result = log.append(append(random, batch, data)).join();
      if (!(result instanceof AppendResult.Appended)) {
        throw new IllegalStateException("not appended: " + result);
      }
      long answered = System.nanoTime();
      histogram.recordValue(answered - now);
      now = answered;
    }
  }

  private Bytes data(SplittableRandom random) {
    byte[] data = new byte[options.eventBytes()];
    random.nextBytes(data);
    return Bytes.wrap(data);
  }

  private static Append append(SplittableRandom random, int batch, Bytes data) {
    List<NewEvent> events;
    if (batch == 1) {
      events = List.of(event(random, data));
    } else {
      events = new ArrayList<>(batch);
      for (int i = 0; i < batch; i++) {
        events.add(event(random, data));
      }
    }
    return Append.of(new UUID(random.nextLong(), random.nextLong()), events);
  }

  private static NewEvent event(SplittableRandom random, Bytes data) {
    return new NewEvent("measured", 1, List.of(entity(random)), data);
  }

  private static TagValue entity(SplittableRandom random) {
    return new TagValue("entity", Integer.toString(random.nextInt(ENTITIES)));
  }

  private void fill(EventStore log) throws InterruptedException {
    while (log.head() < options.events()) {
      closedLoop(log, 16, 100, Duration.ofMillis(200));
    }
  }

  private double replay(EventStore log) {
    double best = 0;
    for (int round = 0; round < 3; round++) {
      long start = System.nanoTime();
      long from = 1;
      long count = 0;
      long head = log.head();
      while (from <= head) {
        EventPage page = log.read(Query.all(), from, Direction.FORWARD, 2_000);
        count += page.events().size();
        from = page.examined() + 1;
      }
      best = Math.max(best, count / ((System.nanoTime() - start) / 1e9));
    }
    return best;
  }

  private static List<Double> entityReads(EventStore log) {
    SplittableRandom random = new SplittableRandom(1);
    Histogram histogram = new Histogram(60_000_000_000L, 3);
    for (int i = 0; i < 40_000; i++) {
      Query query = Query.tags(entity(random));
      long start = System.nanoTime();
      EventPage page = log.read(query, 1, Direction.FORWARD, 100);
      if (i >= 20_000 && !page.events().isEmpty()) {
        histogram.recordValue(System.nanoTime() - start);
      }
    }
    return List.of(
        histogram.getValueAtPercentile(50) / 1e3, histogram.getValueAtPercentile(99) / 1e3);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
