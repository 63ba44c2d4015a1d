package dev.millrace.bench;

import dev.millrace.cli.terminal.Bars;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.cli.terminal.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The figures of a run for people. */
final class Tables {
  private static final int BAR = 16;
  private static final String OURS = "Millrace";

  private final Figures figures;
  private final List<Table> tables = new ArrayList<>();

  private Tables(Figures figures) {
    this.figures = figures;
  }

  static List<Table> of(Figures figures) {
    return new Tables(figures).all();
  }

  /** The disk's own rates in a line. */
  static String disk(Figures figures) {
    return String.format(
        Locale.ROOT,
        "4 KiB + fdatasync %s zero-written, %s growing; sequential %s/s growing, %s/s over",
        Numbers.rate(figures.zeros.perSecond()),
        Numbers.rate(figures.growing.perSecond()),
        Numbers.bytes((long) figures.sequential.growing()),
        Numbers.bytes((long) figures.sequential.overwriting()));
  }

  private List<Table> all() {
    disk();
    sustained();
    appends();
    delivery();
    peers();
    replay();
    growth();
    if (figures.encryption != null) {
      tables.addAll(figures.encryption.tables());
    }
    return tables;
  }

  private void disk() {
    Table disk = new Table("the disk itself", ">rate", ">p50", ">p99");
    syncs(disk, "4 KiB + fdatasync, zero-written file", figures.zeros);
    syncs(disk, "4 KiB + fdatasync, growing file", figures.growing);
    disk.row("sequential writes, growing file", bytesRate(figures.sequential.growing()), "", "");
    disk.row(
        "sequential writes over written ones", bytesRate(figures.sequential.overwriting()), "", "");
    tables.add(disk);
  }

  private static void syncs(Table table, String name, RawDisk.Syncs syncs) {
    table.row(
        name,
        Numbers.rate(syncs.perSecond()),
        micros(syncs.p50Micros()),
        micros(syncs.p99Micros()));
  }

  private void sustained() {
    Sustained sustained = figures.sustained;
    if (sustained == null) {
      return;
    }
    Table table =
        new Table(
            String.format(
                Locale.ROOT, "one caller, single events, for %.0f s", sustained.seconds()),
            ">rate",
            ">of the raw loop",
            "");
    double most = Math.max(sustained.rawBefore(), sustained.rawAfter());
    table.row(
        "raw loop before",
        Numbers.rate(sustained.rawBefore()),
        "",
        bar(sustained.rawBefore(), most));
    table.row(
        OURS,
        Numbers.rate(sustained.eventsPerSecond()),
        percent(sustained.ratio()),
        bar(sustained.eventsPerSecond(), most));
    table.row(
        "raw loop after", Numbers.rate(sustained.rawAfter()), "", bar(sustained.rawAfter(), most));
    tables.add(table);
  }

  private void appends() {
    Table table =
        new Table(
            "durable appends of " + Measured.BYTES + " bytes",
            "store",
            ">events",
            "",
            ">ours is",
            ">p50 at 50%",
            ">p99 at 50%",
            ">p99 at 80%");
    Map<String, Appends> subjects = subjects();
    if (subjects.isEmpty()) {
      return;
    }
    for (int callers : Loops.CALLERS) {
      String name = Numbers.count(callers, "caller", "callers") + ", single events";
      rows(table, name, subjects, appends -> appends.single().get(callers));
    }
    rows(table, "16 callers, batches of 100", subjects, Appends::batch100);
    tables.add(table);
  }

  private Map<String, Appends> subjects() {
    Map<String, Appends> subjects = new LinkedHashMap<>();
    if (figures.append != null) {
      subjects.put(OURS, figures.append);
    }
    if (figures.kafka != null) {
      subjects.put(KafkaPeer.NAME, figures.kafka);
    }
    if (figures.postgresql != null) {
      subjects.put(PostgresqlPeer.NAME, figures.postgresql);
    }
    return subjects;
  }

  private interface Choice {
    @Nullable Rate of(Appends appends);
  }

  private static void rows(Table table, String name, Map<String, Appends> subjects, Choice choice) {
    double most = 0;
    double ours = 0;
    for (Map.Entry<String, Appends> subject : subjects.entrySet()) {
      Rate rate = choice.of(subject.getValue());
      double events = rate == null ? 0 : rate.closed().eventsPerSecond();
      most = Math.max(most, events);
      ours = subject.getKey().equals(OURS) ? events : ours;
    }
    String heading = name;
    for (Map.Entry<String, Appends> subject : subjects.entrySet()) {
      Rate rate = choice.of(subject.getValue());
      if (rate != null) {
        double events = rate.closed().eventsPerSecond();
        boolean compared = ours > 0 && !subject.getKey().equals(OURS);
        table.row(
            heading,
            subject.getKey(),
            Numbers.rate(events),
            bar(events, most),
            compared ? String.format(Locale.ROOT, "%.1f×", ours / events) : "",
            micros(rate.open().get(0).p50Micros()),
            micros(rate.open().get(0).p99Micros()),
            micros(rate.open().get(1).p99Micros()));
        heading = "";
      }
    }
  }

  private void delivery() {
    Delivery delivery = figures.delivery;
    if (delivery == null) {
      return;
    }
    Table table =
        new Table("from append to a subscriber's hands", "store", ">reached", ">p50", ">p99", "");
    for (int rate : Delivery.RATES) {
      Rate.Open ours = delivery.ours().get(rate);
      Rate.Open kafka = delivery.kafka().get(rate);
      if (ours != null && kafka != null) {
        double most = Math.max(ours.p99Micros(), kafka.p99Micros());
        deliveryRow(table, "due: " + Numbers.rate(rate), OURS, ours, most);
        deliveryRow(table, "", KafkaPeer.NAME, kafka, most);
      }
    }
    tables.add(table);
  }

  private static void deliveryRow(
      Table table, String name, String store, Rate.Open open, double most) {
    table.row(
        name,
        store,
        Numbers.rate(open.achieved()),
        micros(open.p50Micros()),
        micros(open.p99Micros()),
        bar(open.p99Micros(), most));
  }

  /** What each is, said as plainly as its figures. */
  private void peers() {
    Table table = new Table("what is compared", "");
    if (figures.append != null || figures.delivery != null) {
      table.row(OURS, "in this process, one folder, not replicated");
    }
    settings(table, KafkaPeer.NAME, "a broker of its own process, one node", figures.kafka);
    Delivery delivery = figures.delivery;
    if (delivery != null) {
      delivery
          .producing()
          .forEach((rate, best) ->
              table.row(
                  KafkaPeer.NAME + ", " + Numbers.rate(rate) + " to a consumer",
                  text(best.json())));
    }
    settings(table, PostgresqlPeer.NAME, "a server of its own processes", figures.postgresql);
    if (figures.kafka != null || delivery != null || figures.postgresql != null) {
      tables.add(table);
    }
  }

  private static void settings(Table table, String name, String what, @Nullable Appends appends) {
    if (appends == null) {
      return;
    }
    table.row(name, what);
    appends.settings().forEach((setting, value) -> table.row("  " + setting, value.toString()));
    appends
        .single()
        .forEach((callers, rate) ->
            table.row("  " + Numbers.count(callers, "caller", "callers"), text(rate.settings())));
    table.row("  batches of " + Loops.BATCH, text(appends.batch100().settings()));
  }

  private static String text(Map<String, Object> settings) {
    return settings.entrySet().stream()
        .map(each -> each.getKey() + " " + each.getValue())
        .collect(Collectors.joining(", "));
  }

  private void replay() {
    Replay replay = figures.replay;
    if (replay == null) {
      return;
    }
    Table table =
        new Table("replay of " + Numbers.count(replay.events(), "event", "events"), ">rate", "");
    table.row("as stored", Numbers.rate(replay.raw()), bar(replay.raw(), replay.raw()));
    table.row(
        "decoded to records", Numbers.rate(replay.typed()), bar(replay.typed(), replay.raw()));
    tables.add(table);
  }

  private void growth() {
    Growth growth = figures.growth;
    if (growth == null) {
      return;
    }
    List<String> headings = new ArrayList<>(List.of("a store that grows"));
    growth.stores().keySet().forEach(events -> headings.add(">" + Numbers.whole(events)));
    Table table = new Table(headings.toArray(String[]::new));
    String probes = ", at " + Numbers.rate(Growth.PROBES_PER_SECOND);
    row(table, growth, "append, p50" + probes, "appendP50Micros", Tables::micros);
    row(table, growth, "append, p99" + probes, "appendP99Micros", Tables::micros);
    row(
        table,
        growth,
        "append with a condition on an old tag, p50" + probes,
        "conditionP50Micros",
        Tables::micros);
    row(
        table,
        growth,
        "append with a condition on an old tag, p99" + probes,
        "conditionP99Micros",
        Tables::micros);
    row(table, growth, "hot entities", "hotEntities", Tables::number);
    row(
        table,
        growth,
        "read of a hot entity of 10 events, p50",
        "entityReadP50Micros",
        Tables::micros);
    row(
        table,
        growth,
        "read of a hot entity of 10 events, p99",
        "entityReadP99Micros",
        Tables::micros);
    String cold = growth.cacheDropped() ? "page cache emptied" : "page cache NOT emptied";
    row(
        table,
        growth,
        "read of a cold entity, p50, " + cold,
        "coldEntityReadP50Micros",
        Tables::micros);
    row(
        table,
        growth,
        "read of a cold entity, p99, " + cold,
        "coldEntityReadP99Micros",
        Tables::micros);
    row(
        table,
        growth,
        "the disk's own random read of 4 KiB, p50",
        "rawReadP50Micros",
        Tables::micros);
    row(
        table,
        growth,
        "the disk's own random read of 4 KiB, p99",
        "rawReadP99Micros",
        Tables::micros);
    row(
        table,
        growth,
        "ten of them one after the other, p50",
        "rawTenReadsP50Micros",
        Tables::micros);
    row(
        table,
        growth,
        "ten of them one after the other, p99",
        "rawTenReadsP99Micros",
        Tables::micros);
    row(table, growth, "open after kill -9", "openSeconds", Tables::seconds);
    row(
        table,
        growth,
        "open after kill -9, until an append is durable",
        "openToFirstAppendSeconds",
        Tables::seconds);
    row(table, growth, "open after kill -9, " + cold, "openColdSeconds", Tables::seconds);
    row(
        table,
        growth,
        "live heap of the engine, of " + Growth.HEAP_MEGABYTES + " MiB",
        "heapBytes",
        Tables::size);
    row(table, growth, "all files", "storeBytes", Tables::size);
    row(table, growth, "index files", "indexBytes", Tables::size);
    row(
        table,
        growth,
        "index of tags and types, bytes an event",
        "tagIndexBytesPerEvent",
        Tables::decimal);
    row(
        table,
        growth,
        "index of append ids, bytes an append",
        "appendIdBytesPerAppend",
        Tables::decimal);
    row(table, growth, "indexes whole after", "indexesMadeAfterSeconds", Tables::seconds);
    row(table, growth, "filled at, events", "fillEventsPerSecond", Numbers::rate);
    tables.add(table);
  }

  private static void row(
      Table table, Growth growth, String name, String figure, DoubleFunction<String> format) {
    List<String> cells = new ArrayList<>(List.of(name));
    for (Map<String, Double> figures : growth.stores().values()) {
      Double value = figures.get(figure);
      cells.add(value == null ? "" : format.apply(value));
    }
    table.row(cells.toArray(String[]::new));
  }

  private static String number(double value) {
    return Numbers.whole((long) value);
  }

  private static String size(double bytes) {
    return Numbers.bytes((long) bytes);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.2f s", seconds);
  }

  private static String bar(double value, double most) {
    return most <= 0 ? "" : Bars.bar(value / most, BAR);
  }

  private static String bytesRate(double bytes) {
    return Numbers.bytes((long) bytes) + "/s";
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f%%", share * 100);
  }

  private static String micros(double micros) {
    return micros < 1_000
        ? String.format(Locale.ROOT, "%.0f µs", micros)
        : String.format(Locale.ROOT, "%.2f ms", micros / 1_000);
  }
}
