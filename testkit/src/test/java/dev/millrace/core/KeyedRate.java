package dev.millrace.core;

import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.NewEvent;
import dev.millrace.testkit.ModelEventStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Measures many lanes: handlers that wait 10 ms, 1,000 keys in random order, a projection in
 * memory. Arguments: events, milliseconds of a handler, keys, handlers at the same time.
 */
public final class KeyedRate {
  private KeyedRate() {}

  /** Measures once to warm up and once more. */
  public static void main(String[] arguments) throws Exception {
    int events = Integer.parseInt(arguments[0]);
    for (int round = 0; round < 2; round++) {
      measure(
          events,
          Integer.parseInt(arguments[1]),
          Integer.parseInt(arguments[2]),
          Integer.parseInt(arguments[3]));
    }
  }

  private static void measure(int events, int millis, int keys, int concurrency) {
    ModelEventStore store = ModelEventStore.create(InstantSource.system(), new UUID(1, 2));
    Context plain = Bank.context().build();
    SplittableRandom random = new SplittableRandom(1);
    List<NewEvent> batch = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      batch.add(plain.writeEvent(new Bank.Deposited("a" + random.nextInt(keys), 1)));
      if (batch.size() == 1_000) {
        store.append(Append.of(new UUID(2, i), batch)).join();
        batch.clear();
      }
    }
    MemoryReadModel readModel = new MemoryReadModel();
    Projection<MemoryTables> slow =
        Projection.named("slow", 1)
            .into(readModel)
            .keyedBy(Bank.ACCOUNT)
            .concurrency(concurrency)
            .on(
                Bank.Deposited.class,
                (event, tables) -> {
                  Thread.sleep(millis);
                  tables.<String, Long>table("count").merge(event.account(), 1L, Long::sum);
                });
    Context context = Bank.context().projection(slow).build();
    long began = System.nanoTime();
    try (Millrace millrace = Millrace.host(context, store)) {
      Receipt all =
          new Receipt("bank", store.identity(), store.head(), store.head(), Instant.EPOCH, false);
      millrace.await("slow", all, Duration.ofMinutes(5));
      double seconds = (System.nanoTime() - began) / 1e9;
      long counted =
          readModel.read(tables ->
              tables.<String, Long>table("count").rows().stream()
                  .mapToLong(java.util.Map.Entry::getValue)
                  .sum());
      System.out.printf(
          "%,d events, each once: %s; %.2f s, %,.0f events/s%n",
          events, counted == events, seconds, events / seconds);
    }
  }
}
