package dev.millrace.bench;

import dev.millrace.cli.bench.LogBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Stores of growing size, each made, measured, killed and opened again in processes of their own:
 * so the heap is the engine's, and the end is {@code kill -9}.
 *
 * @param stores events → figures by name
 * @param cacheDropped whether the page cache could be emptied before cold reads
 */
record Growth(Map<Long, Map<String, Double>> stores, boolean cacheDropped) {
  /** Of the process that has the store. */
  static final int HEAP_MEGABYTES = 512;

  /** Of an open loop on a store of any size: events, one each append. */
  static final int PROBES_PER_SECOND = 2_000;

  private static final List<String> JVM =
      List.of("-Xmx" + HEAP_MEGABYTES + "m", "--enable-native-access=ALL-UNNAMED");

  /** More than an event takes with its frame, its share of the indexes and zeros ahead. */
  private static final long BYTES_PER_EVENT = 420;

  private static final Path DROP = Path.of("/proc/sys/vm/drop_caches");

  /** The room that a store needs while it is measured. */
  static long bytes(long events) {
    return events * BYTES_PER_EVENT + (1L << 30);
  }

  /** One growth. */
  static Growth measure(
      Path folder, LogBenchmark.Options options, Scale scale, LogBenchmark.Progress progress)
      throws IOException, InterruptedException {
    Map<Long, Map<String, Double>> stores = new LinkedHashMap<>();
    boolean dropped = true;
    for (long events : scale.stores(options.events())) {
      Path store = Files.createDirectories(folder.resolve("grown-" + events));
      try {
        dropped &= one(store, events, options, progress, stores);
      } finally {
        Folders.delete(store);
      }
    }
    return new Growth(stores, dropped);
  }

  private static boolean one(
      Path folder,
      long events,
      LogBenchmark.Options options,
      LogBenchmark.Progress progress,
      Map<Long, Map<String, Double>> stores)
      throws IOException, InterruptedException {
    Path store = folder.resolve("store");
    Map<String, Double> figures = new TreeMap<>();
    String title = String.format(Locale.ROOT, "%,d events, ", events);
    List<String> arguments =
        List.of(
            store.toString(),
            Long.toString(events),
            Integer.toString(options.eventsPerAppend()),
            options.size().name());
    child("grow", arguments, folder, title, figures, progress);
    files(store, figures);
    child("open", arguments, folder, title, figures, progress);
    progress.at(title + "emptying the page cache", 0, OptionalDouble.empty());
    boolean dropped = dropCaches();
    child("cold", arguments, folder, title, figures, progress);
    stores.put(events, figures);
    return dropped;
  }

  /** Runs one and kills it when it has said all; it may be in the middle of appends then. */
  private static void child(
      String mode,
      List<String> arguments,
      Path folder,
      String title,
      Map<String, Double> figures,
      LogBenchmark.Progress progress)
      throws IOException {
    Stream<String> all = Stream.concat(Stream.of(mode), arguments.stream());
    try (Child child = Child.start(GrowthWorker.class.getName(), JVM, all.toList(), folder)) {
      while (true) {
        String[] words = child.line().split("\t", 4);
        switch (words[0]) {
          case "figure" -> figures.put(words[1], Double.parseDouble(words[2]));
          case "progress" ->
              progress.at(
                  title + words[3],
                  Long.parseLong(words[1]),
                  OptionalDouble.of(Double.parseDouble(words[2])));
          case "done" -> {
            return;
          }
          default -> throw new IOException("not understood: " + String.join(" ", words));
        }
      }
    }
  }

  private static void files(Path store, Map<String, Double> figures) throws IOException {
    Map<String, Long> bytes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(store)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        bytes.merge(dot < 0 ? name : name.substring(dot), Files.size(file), Long::sum);
      }
    }
    bytes.forEach((suffix, size) -> figures.put("bytes" + suffix, (double) size));
    figures.put("storeBytes", (double) bytes.values().stream().mapToLong(Long::longValue).sum());
    IndexSizes index = IndexSizes.of(store);
    figures.put("indexBytes", (double) index.bytes());
    if (index.events() > 0) {
      figures.put("indexedEvents", (double) index.events());
      figures.put("tagIndexBytesPerEvent", (double) index.tagBytes() / index.events());
      figures.put("appendIdBytesPerAppend", (double) index.idBytes() / index.appends());
    }
  }

  private static boolean dropCaches() throws IOException, InterruptedException {
    int _ = new ProcessBuilder("sync").inheritIO().start().waitFor();
    if (!Files.isWritable(DROP)) {
      return false;
    }
    try {
      Files.writeString(DROP, "1");
      return true;
    } catch (IOException e) {
      return false; // as in a container
    }
  }

  /** The figures of the largest store. */
  Map<String, Double> largest() {
    return stores.values().stream().reduce((_, later) -> later).orElseThrow();
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    stores.forEach((events, figures) -> json.put(events.toString(), figures));
    return json;
  }
}
