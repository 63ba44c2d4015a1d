package dev.millrace.bench;

import dev.millrace.cli.bench.LogBenchmark.Size;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The process that has a store of the growth; {@link Growth} reads what it prints and kills it. It
 * grows a store and measures it, or opens one that was killed, or reads one whose files are not in
 * the page cache.
 */
final class GrowthWorker {
  private static final long SEED = 5;
  private static final long PROBE_SEED = 6;

  /** Appends without answer while the store is filled. */
  private static final int WINDOW = 512;

  /** Appends without answer of an open loop. */
  private static final int CALLERS = 256;

  private static final int SERIES = History.ROUNDS;
  private static final int LIMIT = 100;
  private static final long LOOK_MILLIS = 50;
  private static final long STABLE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long MOST_SETTLE_NANOS = Duration.ofMinutes(5).toNanos();

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final Path folder;
  private final int eventsPerAppend;
  private final Scale scale;
  private final History history;
  private long shown;

  private GrowthWorker(List<String> arguments) {
    this.folder = Path.of(arguments.get(0));
    this.history = new History(Long.parseLong(arguments.get(1)));
    this.eventsPerAppend = Integer.parseInt(arguments.get(2));
    this.scale = Scale.of(Size.valueOf(arguments.get(3)));
  }

  /**
   * Begins.
   *
   * @param arguments what to do, folder, events, events of an append, size
   */
  public static void main(String[] arguments) throws Exception {
    List<String> all = List.of(arguments);
    GrowthWorker worker = new GrowthWorker(all.subList(1, all.size()));
    switch (all.getFirst()) {
      case "grow" -> worker.grow();
      case "open" -> worker.open("open");
      case "cold" -> worker.cold();
      default -> throw new IllegalArgumentException(all.getFirst());
    }
  }

  private void grow() throws Exception {
    long before = liveHeap();
    EventStore store = EventStore.open("log:" + folder);
    fill(store);
    settle();
    figure("heapBytesAfterFill", (double) (liveHeap() - before));
    hot(store);
    probes(store);
    figure("heapBytes", (double) (liveHeap() - before));
    done();
    // Appends until it is killed.
    while (true) {
      var _ =
          new OpenLoop(probe(store), CALLERS, 1)
              .run(1, Growth.PROBES_PER_SECOND, scale.probe(), (_, _) -> {});
    }
  }

  /** In order: one thread appends, so that an event's position is known. */
  private void fill(EventStore store) throws InterruptedException {
    long start = System.nanoTime();
    Semaphore free = new Semaphore(WINDOW);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    long next = 1;
    for (long number = 0; next <= history.events(); number++) {
      Throwable thrown = failure.get();
      if (thrown != null) {
        throw new IllegalStateException("an append failed: " + thrown, thrown);
      }
      int size = (int) Math.min(eventsPerAppend, history.events() - next + 1);
      NewEvent[] events = new NewEvent[size];
      for (int i = 0; i < size; i++) {
        events[i] = history.event(next++);
      }
      free.acquire();
      CompletableFuture<AppendResult> _ =
          store
              .append(Append.of(LogSubject.id(SEED, number), List.of(events)))
              .whenComplete((_, wrong) -> {
                if (wrong != null) {
                  failure.compareAndSet(null, wrong);
                }
                free.release();
              });
      progress("filling", next - 1, history.events());
    }
    free.acquire(WINDOW);
    double seconds = (System.nanoTime() - start) / 1e9;
    figure("fillEventsPerSecond", history.events() / seconds);
    if (store.head() != history.events()) {
      throw new IllegalStateException(
          store.head() + " events are stored instead of " + history.events());
    }
  }

  /** Waits until the indexes of what was filled in are made; production has them made all along. */
  private void settle() throws IOException, InterruptedException {
    long start = System.nanoTime();
    long changed = start;
    String state = IndexSizes.state(folder);
    while (System.nanoTime() - changed < STABLE_NANOS
        && System.nanoTime() - start < MOST_SETTLE_NANOS) {
      Thread.sleep(LOOK_MILLIS);
      String now = IndexSizes.state(folder);
      if (!now.equals(state)) {
        state = now;
        changed = System.nanoTime();
      }
      progress("waiting for the indexes", 0, 1);
    }
    figure("indexesMadeAfterSeconds", (changed - start) / 1e9);
  }

  /** Reads of entities that were read before. */
  private void hot(EventStore store) {
    SplittableRandom random = new SplittableRandom(SEED);
    long[] entities = random.longs(scale.hotEntities(), 0, history.entities()).toArray();
    for (int i = 0; i < entities.length; i++) {
      readWhole(store, entities[i]);
      progress("reading entities for the first time", i, entities.length);
    }
    Histogram histogram = Latencies.histogram();
    for (int i = 0; i < scale.reads(); i++) {
      long entity = entities[random.nextInt(entities.length)];
      long start = System.nanoTime();
      EventPage page = read(store, entity);
      Latencies.record(histogram, System.nanoTime() - start);
      check(entity, page);
      progress("reading hot entities", i, scale.reads());
    }
    figure("hotEntities", entities.length);
    figures("entityRead", histogram);
  }

  private void probes(EventStore store) throws Exception {
    for (boolean warm : new boolean[] {false, true}) {
      Rate.Open append = probe("appending", probe(store));
      Rate.Open condition = probe("appending with conditions", conditional(store));
      if (warm) {
        figure("appendP50Micros", append.p50Micros());
        figure("appendP99Micros", append.p99Micros());
        figure("conditionP50Micros", condition.p50Micros());
        figure("conditionP99Micros", condition.p99Micros());
        figure("probesPerSecond", Growth.PROBES_PER_SECOND);
      }
    }
  }

  private Rate.Open probe(String what, Subject subject) throws Exception {
    Watch watch = (count, share) -> progress(what, (long) (share * 1_000), 1_000);
    return new OpenLoop(subject, CALLERS, 1).run(1, Growth.PROBES_PER_SECOND, scale.probe(), watch);
  }

  /** Single events, of an entity of their own. */
  private Subject probe(EventStore store) {
    return new ProbeSubject(store, PROBE_SEED + System.nanoTime(), _ -> AppendCondition.NONE);
  }

  /** The same, if an entity chosen from the whole history has no event after its last one. */
  private Subject conditional(EventStore store) {
    SplittableRandom random = new SplittableRandom(System.nanoTime());
    return new ProbeSubject(
        store,
        PROBE_SEED - System.nanoTime(),
        _ -> {
          long entity = random.nextLong(history.entities());
          Query query = Query.tags(History.tag(entity));
          return AppendCondition.noneMatching(query, history.last(entity));
        });
  }

  private EventStore open(String name) throws Exception {
    long start = System.nanoTime();
    EventStore store = EventStore.open("log:" + folder);
    figure(name + "Seconds", (System.nanoTime() - start) / 1e9);
    probe(store).append(1);
    figure(name + "ToFirstAppendSeconds", (System.nanoTime() - start) / 1e9);
    if (store.head() <= history.events()) {
      throw new IllegalStateException("events are missing: the head is " + store.head());
    }
    readWhole(store, 0);
    done();
    return store;
  }

  private void cold() throws Exception {
    SplittableRandom random = new SplittableRandom(SEED + 1);
    List<Path> files = segments();
    figures("rawRead", RawDisk.randomReads(files, scale.coldReads(), 1, random));
    figures(
        "rawTenReads",
        RawDisk.randomReads(files, Math.max(1, scale.coldReads() / SERIES), SERIES, random));
    long start = System.nanoTime();
    EventStore store = EventStore.open("log:" + folder);
    figure("openColdSeconds", (System.nanoTime() - start) / 1e9);
    Histogram histogram = Latencies.histogram();
    for (int i = 0; i < scale.coldReads(); i++) {
      long entity = random.nextLong(history.entities());
      long begun = System.nanoTime();
      EventPage page = read(store, entity);
      Latencies.record(histogram, System.nanoTime() - begun);
      check(entity, page);
      progress("reading cold entities", i, scale.coldReads());
    }
    figures("coldEntityRead", histogram);
    done();
  }

  /** The files that hold events. */
  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> segments = new ArrayList<>();
      for (Path file : files.filter(path -> path.toString().endsWith(".seg")).sorted().toList()) {
        if (Files.size(file) >= RawDisk.BLOCK) {
          segments.add(file);
        }
      }
      return segments;
    }
  }

  private static EventPage read(EventStore store, long entity) {
    return store.read(Query.tags(History.tag(entity)), 1, Direction.FORWARD, LIMIT);
  }

  private void readWhole(EventStore store, long entity) {
    check(entity, read(store, entity));
  }

  private void check(long entity, EventPage page) {
    if (page.events().size() != History.ROUNDS
        || page.events().getLast().position() != history.last(entity)) {
      throw new IllegalStateException(
          "entity " + entity + " has " + page.events().size() + " events, or others than its own");
    }
  }

  private static long liveHeap() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  private void figures(String name, Histogram histogram) {
    figure(name + "P50Micros", Latencies.p50Micros(histogram));
    figure(name + "P99Micros", Latencies.p99Micros(histogram));
  }

  private void figure(String name, double value) {
    out.println("figure\t" + name + "\t" + value);
  }

  private void progress(String what, long done, long all) {
    long now = System.nanoTime();
    if (now - shown > 100_000_000) {
      shown = now;
      out.println(
          String.format(Locale.ROOT, "progress\t%d\t%.4f\t%s", done, (double) done / all, what));
    }
  }

  private void done() {
    out.println("done");
  }
}
