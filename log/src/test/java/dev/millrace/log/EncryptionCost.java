package dev.millrace.log;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * What encryption costs: the same work on a plain and on an encrypted store, turn by turn, in one
 * run. Not a test: {@code java -cp … dev.millrace.log.EncryptionCost FOLDER}.
 */
final class EncryptionCost {
  private static final int ROUNDS = 4;
  private static final int EVENTS = 200_000;
  private static final int OUTSTANDING = 256;
  private static final int ENTITIES = 20_000;

  private EncryptionCost() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory(Path.of(arguments[0]), "cost");
    String[] names = {
      "append, 1 event of 256 bytes",
      "append, 100 events",
      "replay",
      "replay of 100s",
      "entity read"
    };
    double[][][] rates = new double[2][names.length][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      for (int kind = 0; kind < 2; kind++) {
        Path store = folder.resolve(round + "-" + kind);
        Encryption encryption = kind == 0 ? Encryption.NONE : Keys.with(1);
        measure(store, encryption, rates[kind], round);
      }
    }
    System.out.printf(
        Locale.ROOT, "%-30s %12s %12s %8s%n", "per second", "plain", "encrypted", "ratio");
    for (int i = 0; i < names.length; i++) {
      double plain = best(rates[0][i]);
      double encrypted = best(rates[1][i]);
      System.out.printf(
          Locale.ROOT,
          "%-30s %,12.0f %,12.0f %8.2f%n",
          names[i],
          plain,
          encrypted,
          encrypted / plain);
    }
  }

  private static double best(double[] rates) {
    double best = 0;
    for (int i = 1; i < rates.length; i++) { // the first round warms up
      best = Math.max(best, rates[i]);
    }
    return best;
  }

  private static void measure(Path folder, Encryption encryption, double[][] rates, int round) {
    SplittableRandom random = new SplittableRandom(round);
    for (int batch : new int[] {1, 100}) {
      RealDisk disk = RealDisk.at(folder.resolve("batch-" + batch));
      try (LogEventStore store =
          LogEventStore.open(disk, SystemSeams.shared(), LogOptions.DEFAULT, encryption)) {
        rates[batch == 1 ? 0 : 1][round] = append(store, batch, random);
        rates[batch == 1 ? 2 : 3][round] = replay(store);
        if (batch == 1) {
          rates[4][round] = entities(store, random);
        }
      }
    }
  }

  private static double append(LogEventStore store, int batch, SplittableRandom random) {
    List<Append> appends = new ArrayList<>();
    for (int i = 0; i < EVENTS / batch; i++) {
      List<NewEvent> events = new ArrayList<>();
      for (int j = 0; j < batch; j++) {
        byte[] data = new byte[256];
        random.nextBytes(data);
        TagValue tag = new TagValue("entity", "" + (i * batch + j) % ENTITIES);
        events.add(new NewEvent("measured", 1, List.of(tag), Bytes.wrap(data)));
      }
      appends.add(Append.of(new UUID(random.nextLong(), i), events));
    }
    ArrayDeque<CompletableFuture<AppendResult>> outstanding = new ArrayDeque<>();
    long began = System.nanoTime();
    for (Append append : appends) {
      if (outstanding.size() == OUTSTANDING) {
        outstanding.remove().join();
      }
      outstanding.add(store.append(append));
    }
    outstanding.forEach(CompletableFuture::join);
    return EVENTS / seconds(began);
  }

  private static double replay(LogEventStore store) {
    long began = System.nanoTime();
    long from = 1;
    int count = 0;
    while (from <= store.head()) {
      EventPage page = store.read(Query.all(), from, Direction.FORWARD, 1_000);
      count += page.events().size();
      from = page.examined() + 1;
    }
    if (count != EVENTS) {
      throw new IllegalStateException("read " + count + " events");
    }
    return count / seconds(began);
  }

  private static double entities(LogEventStore store, SplittableRandom random) {
    int reads = 20_000;
    long began = System.nanoTime();
    for (int i = 0; i < reads; i++) {
      TagValue tag = new TagValue("entity", "" + random.nextInt(ENTITIES));
      if (store.read(Query.tags(tag), 1, Direction.FORWARD, 100).events().size() != 10) {
        throw new IllegalStateException("an entity has 10 events");
      }
    }
    return reads / seconds(began);
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }
}
