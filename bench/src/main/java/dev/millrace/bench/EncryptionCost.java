package dev.millrace.bench;

import dev.millrace.cli.terminal.Numbers;
import dev.millrace.cli.terminal.Table;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.Encryption;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogOptions;
import dev.millrace.log.spi.MasterKey;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * What encryption costs: the same work on a plain and on an encrypted store, turn by turn in one
 * run; and what personal values cost, beside the same commands without. The best of the rounds.
 *
 * @param rates by work, then by kind of store: how many a second
 */
record EncryptionCost(Map<String, Map<String, Double>> rates) {
  private static final int OUTSTANDING = 256;
  private static final int PER_ENTITY = 10;
  private static final String PLAIN = "plain";
  private static final String ENCRYPTED = "encrypted";

  static EncryptionCost measure(Path folder, Scale scale, Watch watch) throws IOException {
    Map<String, Map<String, Double>> rates = new LinkedHashMap<>();
    int rounds = scale.costRounds();
    for (int round = 0; round <= rounds; round++) {
      Map<String, Map<String, Double>> kept = round == 0 ? new LinkedHashMap<>() : rates; // warm-up
      for (String kind : List.of(PLAIN, ENCRYPTED)) {
        watch.at(0, (double) round / (rounds + 1));
        Path store = folder.resolve("encryption-" + round + "-" + kind);
        new Work(kind, kept, scale.costEvents(), new SplittableRandom(round)).measure(store);
        Folders.delete(store);
      }
      Path personal = folder.resolve("personal-" + round);
      PersonalCost.measure(personal, scale.costEvents(), kept);
      Folders.delete(personal);
    }
    return new EncryptionCost(rates);
  }

  static void keep(Map<String, Map<String, Double>> rates, String work, String kind, double rate) {
    rates.computeIfAbsent(work, first -> new LinkedHashMap<>()).merge(kind, rate, Math::max);
  }

  static double perSecond(long count, long beganNanos) {
    return count * 1e9 / (System.nanoTime() - beganNanos);
  }

  Map<String, Object> json() {
    return new LinkedHashMap<>(rates);
  }

  /** A table of each kind of rows: those of stores, and those of personal values. */
  List<Table> tables() {
    List<Table> tables = new ArrayList<>();
    Table table = null;
    List<String> before = List.of();
    for (Map.Entry<String, Map<String, Double>> work : rates.entrySet()) {
      List<String> kinds = List.copyOf(work.getValue().keySet());
      if (table == null || !kinds.equals(before)) {
        List<String> headings = new ArrayList<>(List.of("a second"));
        kinds.forEach(kind -> headings.add(">" + kind));
        headings.add(">ratio");
        table = new Table(headings.toArray(String[]::new));
        tables.add(table);
        before = kinds;
      }
      List<Double> figures = List.copyOf(work.getValue().values());
      List<String> row = new ArrayList<>(List.of(work.getKey()));
      figures.forEach(figure -> row.add(Numbers.whole(Math.round(figure))));
      row.add(String.format(Locale.ROOT, "%.2f", figures.getLast() / figures.getFirst()));
      table.row(row.toArray(String[]::new));
    }
    return tables;
  }

  /** One kind of store in one round. */
  private record Work(
      String kind, Map<String, Map<String, Double>> rates, int events, SplittableRandom random) {

    void measure(Path folder) {
      Seams seams = SystemSeams.shared();
      byte[] key = new byte[MasterKey.BYTES];
      seams.random().nextBytes(key);
      Encryption encryption =
          kind.equals(PLAIN) ? Encryption.NONE : Encryption.with(MasterKey.of(key));
      for (int batch : new int[] {1, 100}) {
        RealDisk disk = RealDisk.at(folder.resolve("batch-" + batch));
        try (LogEventStore store =
            LogEventStore.open(disk, seams, LogOptions.DEFAULT, encryption)) {
          String of = batch == 1 ? "events, one an append" : "events, 100 an append";
          keep(rates, "append of " + of + ", 256 outstanding", kind, append(store, batch));
          keep(rates, "replay of " + of, kind, replay(store));
          if (batch == 1) {
            keep(rates, "entities of 10 events, each in its append", kind, entities(store));
          }
        }
      }
    }

    private double append(LogEventStore store, int batch) {
      List<Append> appends = new ArrayList<>();
      for (int i = 0; i < events / batch; i++) {
        List<NewEvent> some = new ArrayList<>();
        for (int j = 0; j < batch; j++) {
          byte[] data = new byte[Measured.BYTES];
          random.nextBytes(data);
          int entity = (i * batch + j) % (events / PER_ENTITY);
          TagValue tag = new TagValue("entity", Integer.toString(entity));
          some.add(new NewEvent(Measured.TYPE, 1, List.of(tag), Bytes.wrap(data)));
        }
        appends.add(Append.of(new UUID(random.nextLong(), i), some));
      }
      ArrayDeque<CompletableFuture<AppendResult>> outstanding = new ArrayDeque<>();
      long began = System.nanoTime();
      for (Append append : appends) {
        if (outstanding.size() == OUTSTANDING) {
          var _ = outstanding.remove().join();
        }
        outstanding.add(store.append(append));
      }
      outstanding.forEach(CompletableFuture::join);
      return perSecond(events, began);
    }

    private double replay(LogEventStore store) {
      long began = System.nanoTime();
      int count = 0;
      for (long from = 1; from <= store.head(); ) {
        EventPage page = store.read(Query.all(), from, Direction.FORWARD, 1_000);
        count += page.events().size();
        from = page.examined() + 1;
      }
      if (count != events) {
        throw new IllegalStateException("read " + count + " events of " + events);
      }
      return perSecond(count, began);
    }

    private double entities(LogEventStore store) {
      int reads = events / PER_ENTITY;
      long began = System.nanoTime();
      for (int i = 0; i < reads; i++) {
        TagValue tag =
            new TagValue("entity", Integer.toString(random.nextInt(events / PER_ENTITY)));
        int found = store.read(Query.tags(tag), 1, Direction.FORWARD, 100).events().size();
        if (found != PER_ENTITY) {
          throw new IllegalStateException("an entity has " + found + " events");
        }
      }
      return perSecond(reads, began);
    }
  }
}
