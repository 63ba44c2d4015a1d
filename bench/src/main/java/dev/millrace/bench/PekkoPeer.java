package dev.millrace.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Version;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SpawnProtocol;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.persistence.jdbc.query.javadsl.JdbcReadJournal;
import org.apache.pekko.persistence.jdbc.testkit.javadsl.SchemaUtils;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.PersistenceQuery;

/**
 * Apache Pekko Persistence with its journal over JDBC, events with a tag, since nobody can read
 * everything back without one. The journal batches by itself; it and its pool have the settings
 * that its documentation recommends, which are its defaults, and a larger buffer for reading.
 */
final class PekkoPeer implements CommandPeer {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SETTINGS =
      """
      pekko.loglevel = "ERROR"
      pekko.stdout-loglevel = "OFF"
      pekko.log-dead-letters = off
      pekko.jvm-shutdown-hooks = off
      pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
      pekko.actor.serialization-bindings."dev.millrace.bench.PekkoAccount$Event" = jackson-json
      pekko.serialization.jackson.jackson-modules = [
        "com.fasterxml.jackson.module.paramnames.ParameterNamesModule",
        "com.fasterxml.jackson.datatype.jdk8.Jdk8Module",
        "com.fasterxml.jackson.datatype.jsr310.JavaTimeModule"
      ]
      pekko.persistence.journal.plugin = "jdbc-journal"
      pekko.persistence.snapshot-store.plugin = "jdbc-snapshot-store"
      pekko-persistence-jdbc.shared-databases.slick {
        profile = "slick.jdbc.PostgresProfile$"
        db {
          driver = "org.postgresql.Driver"
          numThreads = 20
          maxConnections = 20
          minConnections = 20
        }
      }
      jdbc-journal {
        use-shared-db = "slick"
      }
      jdbc-snapshot-store.use-shared-db = "slick"
      jdbc-read-journal {
        use-shared-db = "slick"
        max-buffer-size = 5000
      }
      """;

  private final ActorSystem<SpawnProtocol.Command> system;
  private final Map<String, ActorRef<PekkoAccount.Deposit>> accounts = new HashMap<>();

  PekkoPeer(PostgresqlServer server, int accounts) throws Exception {
    Config config =
        ConfigFactory.parseMap(
                Map.of("pekko-persistence-jdbc.shared-databases.slick.db.url", server.jdbcUrl()))
            .withFallback(ConfigFactory.parseString(SETTINGS))
            .withFallback(ConfigFactory.defaultReference())
            .resolve();
    system = ActorSystem.create(SpawnProtocol.create(), "bench", config);
    var _ = answer(SchemaUtils.createIfNotExists(system));
    start(accounts);
  }

  private static <T> T answer(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public String name() {
    return "Apache Pekko " + Version.current();
  }

  /** Started before they count: what has never happened is looked for in the journal then. */
  private void start(int count) throws Exception {
    Map<String, CompletionStage<ActorRef<PekkoAccount.Deposit>>> spawned = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      String account = Integer.toString(i);
      spawned.put(
          account,
          AskPattern.ask(
              system,
              answered ->
                  new SpawnProtocol.Spawn<>(
                      new PekkoAccount(account), "account-" + account, Props.empty(), answered),
              PATIENCE,
              system.scheduler()));
    }
    for (var each : spawned.entrySet()) {
      accounts.put(each.getKey(), answer(each.getValue()));
    }
  }

  @Override
  public void deposit(String account, String note) throws Exception {
    CompletionStage<Boolean> answered =
        AskPattern.ask(
            Objects.requireNonNull(accounts.get(account)),
            accepted -> new PekkoAccount.Deposit(1, note, accepted),
            PATIENCE,
            system.scheduler());
    if (!answer(answered)) {
      throw new IllegalStateException("a deposit was refused");
    }
  }

  @Override
  public void read(Reader reader) throws Exception {
    var _ =
        answer(
            PersistenceQuery.get(system)
                .getReadJournalFor(JdbcReadJournal.class, JdbcReadJournal.Identifier())
                .currentEventsByTag(PekkoAccount.TAG, Offset.noOffset())
                .runForeach(
                    envelope -> {
                      var event = (PekkoAccount.Deposited) envelope.event();
                      reader.event(event.account(), event.cents(), event.note());
                    },
                    system));
  }

  @Override
  public Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("journal", "pekko-persistence-jdbc, one tag an event, JSON by Jackson");
    for (String name : List.of("bufferSize", "batchSize", "replayBatchSize", "parallelism")) {
      settings.put(name, system.settings().config().getInt("jdbc-journal." + name));
    }
    settings.put("connections", 20);
    settings.put("readBuffer", 5_000);
    settings.put("accounts", "all actors are started before");
    return settings;
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
