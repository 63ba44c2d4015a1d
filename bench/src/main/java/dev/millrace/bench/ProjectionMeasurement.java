package dev.millrace.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.millrace.cli.bench.LogBenchmark;
import dev.millrace.cli.bench.ProjectionBenchmark;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.cli.terminal.Table;
import dev.millrace.core.Projection;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.store.EventStore;
import dev.millrace.lucene.LuceneReadModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import org.slf4j.LoggerFactory;

/** Projections of the events of one log into several read models, and slow handlers. */
public final class ProjectionMeasurement implements ProjectionBenchmark {
  private static final String ROWS = "row by row";
  private static final String FOLDED = "folded";

  /** For the service loader. */
  public ProjectionMeasurement() {}

  /**
   * How much.
   *
   * @param events of the log
   * @param rowByRow of these, where each event is a statement in a database
   * @param slow of these, with handlers that wait
   */
  private record Amounts(int events, int rowByRow, int slow) {
    static Amounts of(LogBenchmark.Size size) {
      return switch (size) {
        case FULL -> new Amounts(1_000_000, 1_000_000, 1_000_000);
        case QUICK -> new Amounts(1_000_000, 100_000, 300_000);
        case TINY -> new Amounts(5_000, 2_000, 3_000);
      };
    }
  }

  @Override
  public Result run(Path folder, LogBenchmark.Size size, LogBenchmark.Progress progress)
      throws IOException, InterruptedException {
    for (String talkative : List.of("io.zonky", "dev.millrace.core")) {
      if (LoggerFactory.getLogger(talkative) instanceof Logger logger) {
        logger.setLevel(Level.ERROR);
      }
    }
    Files.createDirectories(folder);
    Path own = Files.createTempDirectory(folder, "bench-");
    progress.at("starting PostgreSQL", 0, OptionalDouble.empty());
    try (PostgresqlServer server = PostgresqlServer.start(own.resolve("postgresql"))) {
      return new Run(own, server, Amounts.of(size), progress).all();
    } catch (IOException | InterruptedException | CancellationException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the benchmark failed: " + e, e);
    } finally {
      Folders.delete(own);
    }
  }

  private record Run(
      Path folder, PostgresqlServer server, Amounts amounts, LogBenchmark.Progress progress) {

    Result all() throws Exception {
      ProjectionSubject all = filled("all", amounts.events());
      ProjectionSubject some =
          amounts.rowByRow() == amounts.events() ? all : filled("some", amounts.rowByRow());
      ProjectionSubject slow =
          amounts.slow() == amounts.events() ? all : filled("slow", amounts.slow());
      Map<String, Map<String, ProjectionSubject.Figure>> models = new LinkedHashMap<>();
      models.put("memory", memory(all));
      models.put("h2", database("H2", all, some, this::h2));
      models.put("postgresql", database("PostgreSQL", all, some, this::postgresql));
      models.put("lucene", lucene(all, some));
      ProjectionSubject.Figure keyed =
          slow.measure(
              "keyed, handlers of " + ProjectionSubject.SLOW_MILLIS + " ms",
              ProjectionSubject.slow(new MemoryReadModel()),
              progress);
      return new Result(json(models, keyed), List.of(table(models, keyed)));
    }

    private ProjectionSubject filled(String name, int events) {
      Path log = folder.resolve("log-" + name);
      ProjectionSubject subject =
          new ProjectionSubject(() -> EventStore.open("log:" + log), events);
      subject.fill(progress);
      return subject;
    }

    private interface Databases {
      JdbcReadModel open(String name) throws IOException;
    }

    private JdbcReadModel h2(String name) {
      return JdbcReadModel.open("jdbc:h2:file:" + folder.resolve("h2-" + name).toAbsolutePath());
    }

    private JdbcReadModel postgresql(String name) {
      String schema = "bench_" + name;
      return JdbcReadModel.open(
          "PostgreSQL",
          () -> {
            var connection = server.connect();
            try (var statement = connection.createStatement()) {
              statement.execute("CREATE SCHEMA IF NOT EXISTS " + schema);
              statement.execute("SET search_path = " + schema);
            }
            return connection;
          });
    }

    private Map<String, ProjectionSubject.Figure> memory(ProjectionSubject all) {
      Map<String, ProjectionSubject.Figure> figures = new LinkedHashMap<>();
      var _ =
          all.measure(
              "memory, warming up", ProjectionSubject.rows(new MemoryReadModel()), progress);
      figures.put(
          ROWS, measured(all, "memory", ROWS, ProjectionSubject.rows(new MemoryReadModel())));
      figures.put(
          FOLDED, measured(all, "memory", FOLDED, ProjectionSubject.folded(new MemoryReadModel())));
      return figures;
    }

    private Map<String, ProjectionSubject.Figure> database(
        String name, ProjectionSubject all, ProjectionSubject some, Databases databases)
        throws IOException {
      Map<String, ProjectionSubject.Figure> figures = new LinkedHashMap<>();
      try (JdbcReadModel readModel = databases.open("rows")) {
        figures.put(ROWS, measured(some, name, ROWS, ProjectionSubject.rows(readModel)));
      }
      try (JdbcReadModel readModel = databases.open("folded")) {
        figures.put(FOLDED, measured(all, name, FOLDED, ProjectionSubject.folded(readModel)));
      }
      return figures;
    }

    private Map<String, ProjectionSubject.Figure> lucene(
        ProjectionSubject all, ProjectionSubject some) {
      Map<String, ProjectionSubject.Figure> figures = new LinkedHashMap<>();
      try (LuceneReadModel readModel = LuceneReadModel.open(folder.resolve("lucene-rows"))) {
        figures.put(ROWS, measured(some, "Lucene", ROWS, ProjectionSubject.rows(readModel)));
      }
      try (LuceneReadModel readModel = LuceneReadModel.open(folder.resolve("lucene-folded"))) {
        figures.put(FOLDED, measured(all, "Lucene", FOLDED, ProjectionSubject.folded(readModel)));
      }
      return figures;
    }

    private ProjectionSubject.Figure measured(
        ProjectionSubject subject, String into, String how, Projection<?> projection) {
      return subject.measure("into " + into + ", " + how, projection, progress);
    }

    private Map<String, Object> json(
        Map<String, Map<String, ProjectionSubject.Figure>> models, ProjectionSubject.Figure keyed)
        throws Exception {
      Map<String, Object> json = new LinkedHashMap<>();
      models.forEach((model, figures) -> {
        Map<String, Object> one = new LinkedHashMap<>();
        figures.forEach((how, figure) -> one.put(how.equals(ROWS) ? "rows" : how, figure.json()));
        json.put(model, one);
      });
      json.put("keyed", keyed.json());
      Map<String, Object> settings = new LinkedHashMap<>();
      settings.put("store", "log");
      settings.put("keys", ProjectionSubject.KEYS);
      settings.put("batch", Projection.MAX_BATCH);
      settings.put("keyedHandlerMillis", ProjectionSubject.SLOW_MILLIS);
      settings.put("keyedConcurrency", ProjectionSubject.SLOW_CONCURRENCY);
      settings.put("postgresql", server.settings());
      json.put("settings", settings);
      return json;
    }

    private static Table table(
        Map<String, Map<String, ProjectionSubject.Figure>> models, ProjectionSubject.Figure keyed) {
      Table table = new Table("projection from the log", "", ">events", ">rate");
      Map<String, String> names =
          Map.of("h2", "H2", "postgresql", "PostgreSQL", "lucene", "Lucene");
      models.forEach((model, figures) -> {
        List<String> name = new ArrayList<>(List.of("into " + names.getOrDefault(model, model)));
        figures.forEach((how, figure) -> {
          row(table, name.isEmpty() ? "" : name.removeFirst(), how, figure);
        });
      });
      row(
          table,
          "handlers of " + ProjectionSubject.SLOW_MILLIS + " ms",
          Numbers.count(ProjectionSubject.KEYS, "key", "keys"),
          keyed);
      return table;
    }

    private static void row(Table table, String name, String how, ProjectionSubject.Figure figure) {
      table.row(
          name,
          how,
          Numbers.count(figure.events(), "event", "events"),
          Numbers.rate(figure.rate()));
    }
  }
}
