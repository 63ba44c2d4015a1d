package dev.millrace.bench;

import dev.millrace.cli.terminal.Bars;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.cli.terminal.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
        Numbers.rate(figures.rawSyncs),
        Numbers.rate(figures.rawAppendSyncs),
        Numbers.bytes((long) figures.sequential.growing()),
        Numbers.bytes((long) figures.sequential.overwriting()));
  }

  private List<Table> all() {
    disk();
    sustained();
    appends();
    replay();
    return tables;
  }

  private void disk() {
    Table disk = new Table("the disk itself", ">rate");
    disk.row("4 KiB + fdatasync, zero-written file", Numbers.rate(figures.rawSyncs));
    disk.row("4 KiB + fdatasync, growing file", Numbers.rate(figures.rawAppendSyncs));
    disk.row("sequential writes, growing file", bytesRate(figures.sequential.growing()));
    disk.row("sequential writes over written ones", bytesRate(figures.sequential.overwriting()));
    tables.add(disk);
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
    Map<String, Appends> subjects = new java.util.LinkedHashMap<>();
    if (figures.append != null) {
      subjects.put(OURS, figures.append);
    }
    return subjects;
  }

  private interface Choice {
    @org.jspecify.annotations.Nullable
    Rate of(Appends appends);
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
