package dev.millrace.bench;

import com.zaxxer.hikari.HikariDataSource;
import jakarta.persistence.EntityManagerFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.axonframework.common.configuration.AxonConfiguration;
import org.axonframework.eventsourcing.configuration.EventSourcedEntityModule;
import org.axonframework.eventsourcing.configuration.EventSourcingConfigurer;
import org.axonframework.eventsourcing.eventstore.AppendEventsTransactionRejectedException;
import org.axonframework.eventsourcing.eventstore.jpa.AggregateBasedJpaEventStorageEngine;
import org.axonframework.eventsourcing.eventstore.jpa.AggregateEventEntry;
import org.axonframework.messaging.commandhandling.gateway.CommandGateway;
import org.axonframework.messaging.core.MessageStream;
import org.axonframework.messaging.core.unitofwork.transaction.TransactionManager;
import org.axonframework.messaging.eventhandling.EventMessage;
import org.axonframework.messaging.eventhandling.conversion.EventConverter;
import org.axonframework.messaging.eventhandling.processing.streaming.token.TrackingToken;
import org.axonframework.messaging.eventstreaming.EventCriteria;
import org.axonframework.messaging.eventstreaming.StreamingCondition;
import org.hibernate.cfg.Configuration;
import org.hibernate.exception.ConstraintViolationException;

/**
 * Axon Framework 5 with its free event store over JPA. Tuned as its guide says: bytes instead of
 * large objects, a batch that ends the sourcing instead of a second query, large batches for
 * reading everything.
 */
final class AxonPeer implements CommandPeer {
  private static final int CONNECTIONS = 32;
  private static final int SOURCING_BATCH = 100;
  private static final int STREAMING_BATCH = 10_000;

  private final HikariDataSource source;
  private final EntityManagerFactory factory;
  private final AxonTransactions transactions;
  private final AxonConfiguration configuration;
  private final AggregateBasedJpaEventStorageEngine streaming;
  private final EventConverter converter;
  private final CommandGateway gateway;

  AxonPeer(PostgresqlServer server) {
    source = new HikariDataSource();
    source.setJdbcUrl(server.jdbcUrl());
    source.setMaximumPoolSize(CONNECTIONS);
    source.setAutoCommit(false);
    Configuration hibernate = new Configuration();
    hibernate.getProperties().put("hibernate.connection.datasource", source);
    hibernate.setProperty("hibernate.dialect", ByteaDialect.class.getName());
    hibernate.setProperty("hibernate.hbm2ddl.auto", "create");
    hibernate.setProperty("hibernate.connection.provider_disables_autocommit", "true");
    factory = hibernate.addAnnotatedClass(AggregateEventEntry.class).buildSessionFactory();
    transactions = new AxonTransactions(factory);
    configuration =
        EventSourcingConfigurer.create()
            .componentRegistry(
                registry -> registry.registerComponent(TransactionManager.class, _ -> transactions))
            .registerEntity(EventSourcedEntityModule.autodetected(String.class, AxonAccount.class))
            .registerEventStorageEngine(
                parts -> engine(parts.getComponent(EventConverter.class), SOURCING_BATCH))
            .start();
    gateway = configuration.getComponent(CommandGateway.class);
    converter = configuration.getComponent(EventConverter.class);
    streaming = engine(converter, STREAMING_BATCH);
  }

  private AggregateBasedJpaEventStorageEngine engine(EventConverter events, int batch) {
    return new AggregateBasedJpaEventStorageEngine(
        transactions,
        transactions,
        events,
        settings -> settings.batchSize(batch).finalBatchPredicate(found -> found.size() < batch));
  }

  @Override
  public String name() {
    return "Axon Framework " + AxonConfiguration.class.getPackage().getImplementationVersion();
  }

  @Override
  public void deposit(String account, String note) {
    var deposit = new AxonAccount.Deposit(account, 1, note);
    while (!isAccepted(deposit)) {
      Thread.onSpinWait(); // another command was first on the account: decide anew
    }
  }

  private boolean isAccepted(AxonAccount.Deposit deposit) {
    try {
      var _ = gateway.sendAndWait(deposit);
      return true;
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof AppendEventsTransactionRejectedException
            || cause instanceof ConstraintViolationException) { // its transaction may find it later
          return false;
        }
      }
      throw e;
    }
  }

  @Override
  public void read(Reader reader) throws Exception {
    TrackingToken head = streaming.latestToken(null).get();
    MessageStream<EventMessage> stream =
        streaming.stream(
            StreamingCondition.conditionFor(
                streaming.firstToken(null).get(), EventCriteria.havingAnyTag()),
            null);
    try {
      for (var next = stream.next(); next.isPresent(); next = stream.next()) {
        var event =
            Objects.requireNonNull(
                next.get().message().payloadAs(AxonAccount.Deposited.class, converter));
        reader.event(event.account(), event.cents(), event.note());
        if (TrackingToken.fromContext(next.get()).orElseThrow().covers(head)) {
          break;
        }
      }
    } finally {
      stream.close();
    }
  }

  @Override
  public Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("eventStore", "AggregateBasedJpaEventStorageEngine, Hibernate, bytea for events");
    settings.put("connections", CONNECTIONS);
    settings.put("sourcingBatch", SOURCING_BATCH + ", and a shorter one is the last");
    settings.put("streamingBatch", STREAMING_BATCH);
    settings.put("conflicts", "the command is sent again at once");
    settings.put("accounts", "made by their first command, so that fewer events are sourced");
    settings.put("licence", List.of("org.axonframework:axon-eventsourcing, Apache-2.0"));
    return settings;
  }

  @Override
  public void close() {
    configuration.shutdown();
    factory.close();
    source.close();
  }
}
