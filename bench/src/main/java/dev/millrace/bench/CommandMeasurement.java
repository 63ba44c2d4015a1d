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
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.slf4j.LoggerFactory;

/**
 * Commands through the store on PostgreSQL, beside one INSERT a transaction and beside other
 * frameworks with the same decider, all on the same server, one after the other.
 */
public final class CommandMeasurement implements CommandBenchmark {
  private static final long SEED = 2026;
  private static final int PAYLOADS = 4_096;
  private static final int MOST_CONNECTIONS = 32;
  private static final int WARM_UP_STEPS = 3;

  private static final List<String> TALKATIVE =
      List.of(
          "io.zonky",
          "org.flywaydb",
          "com.zaxxer",
          "org.hibernate",
          "org.jboss",
          "org.axonframework",
          "org.apache.pekko",
          "slick");

  /** What is measured beside it. */
  private static final List<Peer> PEERS =
      List.of((server, _) -> new AxonPeer(server), PekkoPeer::new);

  @FunctionalInterface
  private interface Peer {
    CommandPeer start(PostgresqlServer server, int accounts) throws Exception;
  }

  /** What a peer showed. */
  private record Beside(
      String name,
      Map<Integer, Rate.Closed> commands,
      CommandPeer.Rate replay,
      Map<String, Object> settings) {

    Map<String, Object> json() {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("commands", Run.json(commands));
      all.put("replay", Map.of("events", replay.events(), "decodedPerSecond", replay.perSecond()));
      all.put("settings", settings);
      return all;
    }
  }

  /** For the service loader. */
  public CommandMeasurement() {}

  @Override
  public Result run(Path folder, LogBenchmark.Size size, LogBenchmark.Progress progress)
      throws IOException, InterruptedException {
    for (String talkative : TALKATIVE) {
      if (LoggerFactory.getLogger(talkative) instanceof Logger logger) {
        logger.setLevel(Level.ERROR);
      }
    }
    Files.createDirectories(folder);
    Path own = Files.createTempDirectory(folder, "bench-");
    progress.at("starting PostgreSQL", 0, OptionalDouble.empty());
    try (PostgresqlServer server = PostgresqlServer.start(own.resolve("postgresql"))) {
      return new Run(server, Scale.of(size), CommandSubject.accounts(size), progress).all();
    } catch (IOException | InterruptedException | CancellationException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the benchmark failed: " + e, e);
    } finally {
      Folders.delete(own);
    }
  }

  private record Run(
      PostgresqlServer server, Scale scale, int accounts, LogBenchmark.Progress progress) {

    Result all() throws Exception {
      Map<Integer, Rate.Closed> inserts = inserts();
      Map<Integer, Rate.Closed> commands = commands();
      Replay replay = replay();
      List<Beside> peers = new ArrayList<>();
      for (Peer peer : PEERS) {
        peers.add(beside(peer));
      }
      Map<String, Object> settings = new LinkedHashMap<>(server.settings());
      settings.put("accounts", accounts);
      settings.put("event", "253 to 256 bytes of JSON, one for a command");
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
      Map<String, Object> others = new LinkedHashMap<>();
      peers.forEach(peer -> others.put(peer.name(), peer.json()));
      json.put("peers", others);
      json.put("settings", settings);
      return new Result(
          json,
          List.of(table(commands, inserts, peers), table(replay, peers), table(settings, peers)));
    }

    private Beside beside(Peer peer) throws Exception {
      progress.at("starting a peer", 0, OptionalDouble.empty());
      try (CommandPeer started = peer.start(server, accounts)) {
        Map<Integer, Rate.Closed> rates = new LinkedHashMap<>();
        started.check();
        Subject subject = started.subject(accounts);
        warmUp(started.name(), subject);
        for (int callers : Loops.CALLERS) {
          rates.put(callers, measured(started.name(), subject, callers));
        }
        Watch watch = Watch.named(started.name() + ", replay", progress);
        return new Beside(
            started.name(), rates, started.replay(scale.step(), watch), started.settings());
      }
    }

    private Map<Integer, Rate.Closed> inserts() throws Exception {
      SplittableRandom random = new SplittableRandom(SEED);
      JsonCodec codec = new JsonCodec();
      List<byte[]> payloads = new ArrayList<>(PAYLOADS);
      for (int i = 0; i < PAYLOADS; i++) {
        payloads.add(Measured.random(random, codec).toArray());
      }
      Map<Integer, Rate.Closed> rates = new LinkedHashMap<>();
      try (PostgresqlSubject subject = new PostgresqlSubject(server, MOST_CONNECTIONS, payloads)) {
        warmUp("one INSERT a transaction", subject);
      }
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
        new CommandSubject(millrace, accounts, "first-").touchAll();
        warmUp("commands", new CommandSubject(millrace, accounts, "warming-"));
        for (int callers : Loops.CALLERS) {
          CommandSubject subject = new CommandSubject(millrace, accounts, callers + "-");
          rates.put(callers, measured("commands", subject, callers));
        }
      }
      return rates;
    }

    private Rate.Closed measured(String name, Subject subject, int callers) throws Exception {
      String work = name + ", " + Numbers.count(callers, "caller", "callers");
      Watch warming = Watch.named(work + ", warming up", progress);
      var _ = new ClosedLoop(subject, callers, 1, 1).run(scale.trial(), warming);
      return new ClosedLoop(subject, callers, 1, 1).run(scale.step(), Watch.named(work, progress));
    }

    /**
     * Runs until everything is compiled, which takes some seconds on few processors; nothing is
     * kept.
     */
    private void warmUp(String name, Subject subject) throws Exception {
      Watch warming = Watch.named(name + ", warming up", progress);
      var _ =
          new ClosedLoop(subject, Loops.CALLERS.getLast(), 1, 1)
              .run(scale.step().multipliedBy(WARM_UP_STEPS), warming);
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
        Map<Integer, Rate.Closed> commands, Map<Integer, Rate.Closed> inserts, List<Beside> peers) {
      Table table = new Table("on PostgreSQL, fsync on", "", ">rate", ">p50", ">p99");
      commands.forEach((callers, rate) -> {
        String name = Numbers.count(callers, "caller", "callers");
        row(table, name, "Millrace, commands", rate);
        Rate.Closed insert = inserts.get(callers);
        if (insert != null) {
          row(table, "", "one INSERT a transaction", insert);
        }
        for (Beside peer : peers) {
          row(table, "", peer.name(), Objects.requireNonNull(peer.commands().get(callers)));
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

    private static Table table(Replay replay, List<Beside> peers) {
      Table table =
          new Table("replay", ">events", ">rate")
              .row("Millrace, as stored", events(replay.events()), Numbers.rate(replay.raw()))
              .row("Millrace, decoded", events(replay.events()), Numbers.rate(replay.typed()));
      for (Beside peer : peers) {
        table.row(
            peer.name() + ", decoded",
            events(peer.replay().events()),
            Numbers.rate(peer.replay().perSecond()));
      }
      return table;
    }

    private static String events(long count) {
      return String.format(Locale.ROOT, "%,d", count);
    }

    private static Table table(Map<String, Object> settings, List<Beside> peers) {
      Table table = new Table("settings", "", "");
      settings.forEach((name, value) -> table.row("server and store", name, value.toString()));
      for (Beside peer : peers) {
        peer.settings().forEach((name, value) -> table.row(peer.name(), name, value.toString()));
      }
      return table;
    }
  }
}
