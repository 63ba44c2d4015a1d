package dev.millrace.retail;

import dev.millrace.core.AwaitException;
import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.core.Processor;
import dev.millrace.core.ProcessorStatus;
import dev.millrace.core.Receipt;
import dev.millrace.core.Tracing;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.retail.domain.Shop;
import dev.millrace.retail.domain.ShopEvent;
import dev.millrace.retail.readmodel.ReadModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The shop, running: its events in a store, its read models in a database, both in one folder. Safe
 * for use from many threads.
 */
public final class RetailApplication implements AutoCloseable {
  /** The store, within the folder. */
  public static final String LOG = "log";

  /** The database of the read models, within the folder. */
  public static final String READ_MODEL = "readmodel";

  /** The rows that the last import rejected, within the folder. */
  public static final String REJECTED_ROWS = "rejected-rows.csv";

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration IMPORT_TIMEOUT = Duration.ofHours(1);

  private final Path folder;
  private final JdbcReadModel readModel;
  private final Millrace millrace;

  private RetailApplication(Path folder, JdbcReadModel readModel, Millrace millrace) {
    this.folder = folder;
    this.readModel = readModel;
    this.millrace = millrace;
  }

  /**
   * Opens a folder, which is created when absent.
   *
   * @throws MillraceException what opening the store says (another process has it, it is damaged);
   *     or a read model is not of this store
   */
  public static RetailApplication open(Path folder) {
    return open(folder, Tracing.NONE);
  }

  /** Opens a folder as {@link #open(Path)} does, and makes spans of what happens. */
  public static RetailApplication open(Path folder, Tracing tracing) {
    return open(folder, "", tracing);
  }

  /**
   * Opens a folder whose store has options.
   *
   * @param storeOptions what follows the folder in the store's URL, as in {@code
   *     ?encryption=file:shop.key}
   */
  public static RetailApplication open(Path folder, String storeOptions, Tracing tracing) {
    return open(folder, storeOptions, tracing, Start.LEVEL);
  }

  /**
   * Opens a folder to {@link #replay}: read models of another history, as after a restore, are no
   * reason to refuse.
   */
  public static RetailApplication openToReplay(Path folder, String storeOptions) {
    return open(folder, storeOptions, Tracing.NONE, Start.TO_REPLAY);
  }

  /** What must be true of the read models when the application has started. */
  private enum Start {
    /** They are of this store. */
    LEVEL,
    /** Nothing: they will be emptied. */
    TO_REPLAY
  }

  private static RetailApplication open(
      Path folder, String storeOptions, Tracing tracing, Start start) {
    Path absolute = folder.toAbsolutePath().normalize();
    if (absolute.toString().indexOf(';') >= 0) {
      throw new IllegalArgumentException(
          "the folder's name has a semicolon, which a database URL cannot hold: " + absolute);
    }
    return open(
        absolute,
        "log:" + absolute.resolve(LOG) + storeOptions,
        "jdbc:h2:file:" + absolute.resolve(READ_MODEL) + ";DB_CLOSE_ON_EXIT=FALSE",
        tracing,
        start);
  }

  /**
   * Opens with another store or database.
   *
   * @param folder where rejected rows are written
   * @param storeUrl as {@link EventStore#open(String)} takes it
   * @param databaseUrl as JDBC takes it
   */
  public static RetailApplication open(Path folder, String storeUrl, String databaseUrl) {
    return open(folder, storeUrl, databaseUrl, Tracing.NONE);
  }

  /** The same, and makes spans of what happens. */
  public static RetailApplication open(
      Path folder, String storeUrl, String databaseUrl, Tracing tracing) {
    return open(folder, storeUrl, databaseUrl, tracing, Start.LEVEL);
  }

  /** The same as {@link #openToReplay(Path, String)} with another store or database. */
  public static RetailApplication openToReplay(Path folder, String storeUrl, String databaseUrl) {
    return open(folder, storeUrl, databaseUrl, Tracing.NONE, Start.TO_REPLAY);
  }

  private static RetailApplication open(
      Path folder, String storeUrl, String databaseUrl, Tracing tracing, Start start) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new MillraceException(folder + ": cannot make the folder: " + e.getMessage(), e);
    }
    // the two take about as long as each other, and neither needs the other
    CompletableFuture<JdbcReadModel> database =
        SystemSeams.shared()
            .scheduler()
            .call("open the read model", () -> JdbcReadModel.open(databaseUrl));
    EventStore store;
    try {
      store = EventStore.open(storeUrl);
    } catch (RuntimeException e) {
      database.handle((opened, failure) -> closed(opened)).join();
      throw e;
    }
    JdbcReadModel readModel;
    try {
      readModel = database.join();
    } catch (CompletionException e) {
      store.close();
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    return open(folder, store, readModel, tracing, start);
  }

  private static boolean closed(@Nullable JdbcReadModel readModel) {
    if (readModel != null) {
      readModel.close();
    }
    return true;
  }

  private static RetailApplication open(
      Path folder, EventStore store, JdbcReadModel readModel, Tracing tracing, Start start) {
    try {
      Context.Builder<ShopEvent> context = Shop.context();
      ReadModels.into(readModel).forEach(context::projection);
      Millrace millrace = Millrace.builder().host(context.build(), store).tracing(tracing).start();
      RetailApplication application = new RetailApplication(folder, readModel, millrace);
      application.awaitStarted(start);
      return application;
    } catch (RuntimeException e) {
      readModel.close();
      store.close();
      throw e;
    }
  }

  /** A read model that cannot be used must be seen now, not when the first total is wrong. */
  private void awaitStarted(Start start) {
    try {
      for (ProcessorStatus processor : millrace.processors()) {
        awaitStarted(processor.name(), start);
      }
    } catch (RuntimeException e) {
      millrace.close();
      throw e;
    }
  }

  private void awaitStarted(String processor, Start start) {
    try {
      millrace.await(processor, receiptAt(0), START_TIMEOUT);
    } catch (AwaitException e) {
      if (start == Start.LEVEL || !(e.getCause() instanceof StoreMismatchException)) {
        throw e;
      }
    }
  }

  /** To send commands, and to look at the processors. */
  public Millrace millrace() {
    return millrace;
  }

  /** The database, to query. */
  public JdbcReadModel readModel() {
    return readModel;
  }

  /** Imports files. */
  public RetailImport importer() {
    return new RetailImport(
        millrace, folder.resolve(REJECTED_ROWS), () -> awaitLevel(IMPORT_TIMEOUT));
  }

  /**
   * Traffic for the demo.
   *
   * @param seed the same seed makes the same invoices
   */
  public DemoTraffic traffic(long seed) {
    return new DemoTraffic(millrace, seed, SystemSeams.shared());
  }

  /** What the read models know now. */
  public RetailReport report() {
    return RetailReport.load(readModel);
  }

  /**
   * Waits until every processor has handled all events, also those that reactions have caused.
   *
   * @throws AwaitException when that takes longer, or a processor has stopped
   */
  public void awaitLevel(Duration timeout) {
    awaitLevel(timeout, processors -> {});
  }

  /**
   * Waits until the read models show every event that is there now, whatever the reactions do: also
   * while nothing can be stored, as on a full disk.
   *
   * @throws AwaitException when that takes longer, or a projection has stopped
   */
  public void awaitReadModels(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    long head = millrace.store(Shop.NAME).head();
    for (ProcessorStatus processor : millrace.processors()) {
      if (processor.kind() == ProcessorStatus.Kind.PROJECTION) {
        await(processor.name(), head, deadline, processors -> {});
      }
    }
  }

  /** {@link #awaitLevel(Duration)}, and shows every 100 ms how the processors stand. */
  public void awaitLevel(Duration timeout, Consumer<List<ProcessorStatus>> watcher) {
    long deadline = System.nanoTime() + timeout.toNanos();
    EventStore store = millrace.store(Shop.NAME);
    long head;
    do {
      head = store.head();
      for (ProcessorStatus processor : millrace.processors()) {
        await(processor.name(), head, deadline, watcher);
      }
    } while (store.head() > head);
  }

  private void await(
      String processor, long head, long deadline, Consumer<List<ProcessorStatus>> watcher) {
    while (true) {
      try {
        millrace.await(processor, receiptAt(head), LOOK_EVERY);
        return;
      } catch (AwaitException e) {
        boolean stopped =
            millrace.processor(processor).status().state() == ProcessorStatus.State.STOPPED;
        if (stopped || System.nanoTime() - deadline > 0) {
          throw e;
        }
        watcher.accept(millrace.processors());
      }
    }
  }

  private Receipt receiptAt(long position) {
    EventStore store = millrace.store(Shop.NAME);
    return new Receipt(Shop.NAME, store.identity(), position, position, Instant.EPOCH, false);
  }

  /**
   * A replay of all read models.
   *
   * @param events in the store
   * @param seconds from the reset until all read models were level
   */
  public record Replayed(long events, double seconds) {
    /** Events of the store a second of wall time, all read models together. */
    public double eventsPerSecond() {
      return events / seconds;
    }
  }

  /**
   * Empties the five read models and fills them again from the first event.
   *
   * @param watcher is shown every 100 ms how the processors stand
   */
  public Replayed replay(Consumer<List<ProcessorStatus>> watcher) {
    long begun = System.nanoTime();
    List<CompletableFuture<Void>> resets = new ArrayList<>();
    for (String name : ReadModels.ALL) {
      Processor processor = millrace.processor(name);
      resets.add(processor.reset());
    }
    resets.forEach(CompletableFuture::join);
    awaitLevel(IMPORT_TIMEOUT, watcher);
    return new Replayed(millrace.store(Shop.NAME).head(), (System.nanoTime() - begun) / 1e9);
  }

  /** Lets processors finish their batches, then closes store and database. */
  @Override
  public void close() {
    millrace.close();
    readModel.close();
  }
}
