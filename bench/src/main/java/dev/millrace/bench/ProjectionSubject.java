package dev.millrace.bench;

import dev.millrace.cli.bench.LogBenchmark;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.ProcessorStatus;
import dev.millrace.core.Projection;
import dev.millrace.core.Receipt;
import dev.millrace.core.Recorded;
import dev.millrace.core.Tag;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.JdbcTransaction;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.lucene.LuceneReadModel;
import dev.millrace.lucene.LuceneTransaction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.StoredField;

/** Deposits to 1,000 accounts in a store, which projections sum by account. */
final class ProjectionSubject {
  /** Accounts. */
  static final int KEYS = 1_000;

  /** How long a slow handler waits. */
  static final int SLOW_MILLIS = 10;

  /** How many of them may run at the same time. */
  static final int SLOW_CONCURRENCY = 1_024;

  private static final long SEED = 2026;
  private static final int APPEND = 1_000;
  private static final int STEP_MILLIS = 200;
  private static final String NAME = "balances";

  private record Deposited(String account, long cents) {}

  private static final Tag<String> ACCOUNT = Tag.named("account");

  private final Supplier<EventStore> store;
  private final int events;

  /**
   * What was measured.
   *
   * @param events that were handled
   * @param rate of them in a second
   */
  record Figure(long events, double rate) {
    Map<String, Object> json() {
      return Map.of("events", events, "eventsPerSecond", rate);
    }
  }

  ProjectionSubject(Supplier<EventStore> store, int events) {
    this.store = store;
    this.events = events;
  }

  private static Context context(Projection<?>... projections) {
    Context.Builder<Deposited> context =
        Context.named("bank")
            .events(
                Events.of(Deposited.class)
                    .tag(ACCOUNT, Deposited::account)
                    .name("deposited", Deposited.class));
    for (Projection<?> projection : projections) {
      context.projection(projection);
    }
    return context.build();
  }

  /** Appends the events. */
  void fill(LogBenchmark.Progress progress) {
    Context plain = context();
    SplittableRandom random = new SplittableRandom(SEED);
    try (EventStore filled = store.get()) {
      List<NewEvent> append = new ArrayList<>(APPEND);
      CompletableFuture<?> last = CompletableFuture.completedFuture(null);
      for (int i = 1; i <= events; i++) {
        append.add(plain.writeEvent(new Deposited("a-" + random.nextInt(KEYS), 1 + i % 100)));
        if (append.size() == APPEND || i == events) {
          last.join();
          last = filled.append(Append.of(new UUID(SEED, i), append));
          append.clear();
          progress.at("filling the store", i, OptionalDouble.of((double) i / events));
        }
      }
      last.join();
    }
  }

  private static Projection.Unbound projection() {
    return Projection.named(NAME, 1);
  }

  /** A row is read and written for each event. */
  static Projection<MemoryTables> rows(MemoryReadModel readModel) {
    return projection()
        .into(readModel)
        .batchesOf(Projection.MAX_BATCH)
        .on(
            Deposited.class,
            (event, tables) ->
                tables.<String, Long>table(NAME).merge(event.account(), event.cents(), Long::sum));
  }

  /** A batch is summed, and each row written once. */
  static Projection<MemoryTables> folded(MemoryReadModel readModel) {
    return projection()
        .into(readModel)
        .batchesOf(Projection.MAX_BATCH)
        .onBatch(
            Deposited.class,
            (batch, tables) ->
                sums(batch)
                    .forEach((account, cents) ->
                        tables.<String, Long>table(NAME).merge(account, cents, Long::sum)));
  }

  /** Rows as {@link #rows}, by handlers that wait, in many lanes. */
  static Projection<MemoryTables> slow(MemoryReadModel readModel) {
    return projection()
        .into(readModel)
        .keyedBy(ACCOUNT)
        .concurrency(SLOW_CONCURRENCY)
        .on(
            Deposited.class,
            (event, tables) -> {
              TimeUnit.MILLISECONDS.sleep(SLOW_MILLIS);
              tables.<String, Long>table(NAME).merge(event.account(), event.cents(), Long::sum);
            });
  }

  /** The same in a database: a statement for each event. */
  static Projection<JdbcTransaction> rows(JdbcReadModel readModel) {
    return table(readModel)
        .on(
            Deposited.class,
            (event, transaction) -> add(transaction, event.account(), event.cents()));
  }

  /** The same in a database: a statement for each row of a batch. */
  static Projection<JdbcTransaction> folded(JdbcReadModel readModel) {
    return table(readModel)
        .onBatch(
            Deposited.class,
            (batch, transaction) ->
                sums(batch).forEach((account, cents) -> add(transaction, account, cents)));
  }

  /** The same in a text index: a document is read and put for each event. */
  static Projection<LuceneTransaction> rows(LuceneReadModel readModel) {
    return projection()
        .into(readModel)
        .batchesOf(Projection.MAX_BATCH)
        .on(Deposited.class, (event, index) -> add(index, event.account(), event.cents()));
  }

  /** The same in a text index: a document for each row of a batch. */
  static Projection<LuceneTransaction> folded(LuceneReadModel readModel) {
    return projection()
        .into(readModel)
        .batchesOf(Projection.MAX_BATCH)
        .onBatch(
            Deposited.class,
            (batch, index) -> sums(batch).forEach((account, cents) -> add(index, account, cents)));
  }

  private static void add(LuceneTransaction index, String account, long cents) {
    long before =
        index
            .get(NAME, account)
            .map(found -> found.getField("cents").numericValue().longValue())
            .orElse(0L);
    Document document = new Document();
    document.add(new StoredField("cents", before + cents));
    index.put(NAME, account, document);
  }

  private static Projection<JdbcTransaction> table(JdbcReadModel readModel) {
    return projection()
        .into(readModel)
        .batchesOf(Projection.MAX_BATCH)
        .creating(transaction ->
            transaction.update(
                "CREATE TABLE IF NOT EXISTS balances"
                    + " (account VARCHAR(60) PRIMARY KEY, cents BIGINT NOT NULL)"));
  }

  private static void add(JdbcTransaction transaction, String account, long cents) {
    int updated =
        transaction.update(
            "UPDATE balances SET cents = cents + ? WHERE account = ?", cents, account);
    if (updated == 0) {
      transaction.update("INSERT INTO balances (account, cents) VALUES (?, ?)", account, cents);
    }
  }

  private static Map<String, Long> sums(List<Recorded<Deposited>> batch) {
    Map<String, Long> sums = new TreeMap<>();
    for (Recorded<Deposited> one : batch) {
      sums.merge(one.event().account(), one.event().cents(), Long::sum);
    }
    return sums;
  }

  /** Runs a projection over all events; each must have been handled. */
  Figure measure(String work, Projection<?> projection, LogBenchmark.Progress progress) {
    Watch watch = Watch.named(work, progress);
    EventStore opened = store.get();
    Receipt all =
        new Receipt("bank", opened.identity(), opened.head(), opened.head(), Instant.EPOCH, false);
    long began = System.nanoTime();
    try (Millrace millrace = Millrace.host(context(projection), opened)) {
      CompletableFuture<Void> reached = millrace.reached(NAME, all);
      while (!isDone(reached)) {
        ProcessorStatus status = millrace.processor(NAME).status();
        watch.at(status.handled(), (double) status.handled() / events);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      long handled = millrace.processor(NAME).status().handled();
      if (handled != events) {
        throw new IllegalStateException(handled + " events were handled, not " + events);
      }
      return new Figure(events, events / seconds);
    }
  }

  private static boolean isDone(CompletableFuture<Void> reached) {
    try {
      reached.get(Duration.ofMillis(STEP_MILLIS).toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the projection stopped: " + e.getCause(), e);
    }
  }
}
