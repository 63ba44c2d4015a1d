package dev.millrace.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.millrace.cli.bench.CommandBenchmark;
import dev.millrace.cli.bench.LogBenchmark;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.cli.terminal.Table;
import dev.millrace.core.Millrace;
import dev.millrace.core.json.JsonCodec;
import dev.millrace.core.store.EventStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.slf4j.LoggerFactory;

/** Commands through the store on PostgreSQL, beside one INSERT a transaction on the same server. */
public final class CommandMeasurement implements CommandBenchmark {
  private static final long SEED = 2026;
  private static final int PAYLOADS = 4_096;
  private static final int MOST_CONNECTIONS = 32;

  /** For the service loader. */
  public CommandMeasurement() {}

  @Override
  public Result run(Path folder, LogBenchmark.Size size, LogBenchmark.Progress progress)
      throws IOException, InterruptedException {
    for (String talkative : List.of("io.zonky", "org.flywaydb", "com.zaxxer")) {
      if (LoggerFactory.getLogger(talkative) instanceof Logger logger) {
        logger.setLevel(Level.ERROR);
      }
    }
    Files.createDirectories(folder);
    Path own = Files.createTempDirectory(folder, "bench-");
    progress.at("starting PostgreSQL", 0, OptionalDouble.empty());
    try (PostgresqlServer server = PostgresqlServer.start(own.resolve("postgresql"))) {
      return new Run(server, Scale.of(size), progress).all();
    } catch (IOException | InterruptedException | CancellationException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the benchmark failed: " + e, e);
    } finally {
      Folders.delete(own);
    }
  }

  private record Run(PostgresqlServer server, Scale scale, LogBenchmark.Progress progress) {

    Result all() throws Exception {
      Map<Integer, Rate.Closed> inserts = inserts();
      Map<Integer, Rate.Closed> commands = commands();
      Replay replay = replay();
      Map<String, Object> settings = new LinkedHashMap<>(server.settings());
      settings.put("accounts", CommandSubject.ACCOUNTS);
      settings.put("insertConnections", "as many as callers, at most " + MOST_CONNECTIONS);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("commands", json(commands));
      json.put("inserts", json(inserts));
      json.put(
          "replay",
          Map.of(
              "events",
              replay.events(),
              "eventsPerSecond",
              replay.raw(),
              "decodedPerSecond",
              replay.typed()));
      json.put("settings", settings);
      return new Result(json, List.of(table(commands, inserts), table(replay)));
    }

    private Map<Integer, Rate.Closed> inserts() throws Exception {
      SplittableRandom random = new SplittableRandom(SEED);
      JsonCodec codec = new JsonCodec();
      List<byte[]> payloads = new ArrayList<>(PAYLOADS);
      for (int i = 0; i < PAYLOADS; i++) {
        payloads.add(Measured.random(random, codec).toArray());
      }
      Map<Integer, Rate.Closed> rates = new LinkedHashMap<>();
      for (int callers : Loops.CALLERS) {
        int pool = Math.min(callers, MOST_CONNECTIONS);
        try (PostgresqlSubject subject = new PostgresqlSubject(server, pool, payloads)) {
          rates.put(callers, measured("one INSERT a transaction", subject, callers));
        }
      }
      return rates;
    }

    private Map<Integer, Rate.Closed> commands() throws Exception {
      Map<Integer, Rate.Closed> rates = new LinkedHashMap<>();
      try (EventStore store = EventStore.open(server.storeUrl("commands"));
          Millrace millrace = Millrace.host(CommandSubject.context(), store)) {
        new CommandSubject(millrace, "first-").touchAll();
        for (int callers : Loops.CALLERS) {
          CommandSubject subject = new CommandSubject(millrace, callers + "-");
          rates.put(callers, measured("commands", subject, callers));
        }
      }
      return rates;
    }

    private Rate.Closed measured(String name, Subject subject, int callers) throws Exception {
      String work = name + ", " + Numbers.count(callers, "caller", "callers");
      Watch warming = Watch.named(work + ", warming up", progress);
      var _ = new ClosedLoop(subject, callers, 1, 1).run(scale.step(), warming);
      return new ClosedLoop(subject, callers, 1, 1).run(scale.step(), Watch.named(work, progress));
    }

    private Replay replay() throws Exception {
      Watch watch = Watch.named("replay", progress);
      try (EventStore store = EventStore.open(server.storeUrl("replay"))) {
        LogSubject subject = new LogSubject(store, Loops.BATCH, SEED);
        while (store.head() < scale.replayed()) {
          var _ =
              new ClosedLoop(subject, Loops.BATCH_CALLERS, Loops.BATCH, Loops.WINDOW)
                  .run(scale.trial(), watch);
        }
        return Replay.measure(store, scale.step(), watch);
      }
    }

    private static Map<String, Object> json(Map<Integer, Rate.Closed> rates) {
      Map<String, Object> json = new LinkedHashMap<>();
      rates.forEach((callers, rate) ->
          json.put(
              callers.toString(),
              Map.of(
                  "perSecond",
                  rate.eventsPerSecond(),
                  "p50Micros",
                  rate.p50Micros(),
                  "p99Micros",
                  rate.p99Micros())));
      return json;
    }

    private static Table table(
        Map<Integer, Rate.Closed> commands, Map<Integer, Rate.Closed> inserts) {
      Table table = new Table("on PostgreSQL, fsync on", "", ">rate", ">p50", ">p99");
      commands.forEach((callers, rate) -> {
        String name = Numbers.count(callers, "caller", "callers");
        row(table, name, "Millrace, commands", rate);
        Rate.Closed insert = inserts.get(callers);
        if (insert != null) {
          row(table, "", "one INSERT a transaction", insert);
        }
      });
      return table;
    }

    private static void row(Table table, String callers, String what, Rate.Closed rate) {
      table.row(
          callers,
          what,
          Numbers.rate(rate.eventsPerSecond()),
          millis(rate.p50Micros()),
          millis(rate.p99Micros()));
    }

    private static String millis(double micros) {
      return String.format(Locale.ROOT, "%.2f ms", micros / 1e3);
    }

    private static Table table(Replay replay) {
      return new Table("replay of " + Numbers.count(replay.events(), "event", "events"), ">rate")
          .row("as stored", Numbers.rate(replay.raw()))
          .row("decoded to records", Numbers.rate(replay.typed()));
    }
  }
}
