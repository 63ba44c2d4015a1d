package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.processing.Retry;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.JdbcTransaction;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.core.store.Subscription;
import dev.millrace.core.store.TagValue;
import dev.millrace.testkit.ModelEventStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessorTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final ModelEventStore store =
      ModelEventStore.create(InstantSource.system(), new UUID(4, 2));
  private final JdbcReadModel readModel =
      JdbcReadModel.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");

  @AfterEach
  void close() {
    readModel.close();
    store.close();
  }

  private Projection<JdbcTransaction> balances(int version) {
    return Projection.named("balances", version)
        .into(readModel)
        .creating(tx ->
            tx.update(
                "CREATE TABLE IF NOT EXISTS balance (account VARCHAR PRIMARY KEY, cents BIGINT)"))
        .clearing(tx -> tx.update("DELETE FROM balance"))
        .on(Bank.Deposited.class, (event, tx) -> add(tx, event.account(), event.cents()))
        .on(Bank.Withdrawn.class, (event, tx) -> add(tx, event.account(), -event.cents()));
  }

  private static void add(JdbcTransaction tx, String account, long cents) {
    int updated =
        tx.update("UPDATE balance SET cents = cents + ? WHERE account = ?", cents, account);
    if (updated == 0) {
      tx.update("INSERT INTO balance VALUES (?, ?)", account, cents);
    }
  }

  private long balance(String account) {
    List<Long> found =
        readModel.read(tx ->
            tx.query(
                "SELECT cents FROM balance WHERE account = ?", row -> row.getLong(1), account));
    return found.isEmpty() ? 0 : found.get(0);
  }

  private static Receipt receipt(Outcome<?> outcome) {
    return ((Accepted<?>) outcome).receipt();
  }

  private static Millrace host(ModelEventStore store, Projection<?> projection) {
    return Millrace.host(Bank.context().projection(projection).build(), store);
  }

  @Test
  void whatWasThereAndWhatComesIsHandledOnceEach() {
    Millrace before = Millrace.host(Bank.context().build(), store);
    for (int i = 0; i < 5_000; i++) {
      before.send(new Bank.Deposit("a", 1), "early-" + i);
    }
    Millrace millrace = host(store, balances(1).batchesOf(7));
    Receipt last = null;
    for (int i = 0; i < 500; i++) {
      last = receipt(millrace.send(new Bank.Deposit("a", 1), "late-" + i));
    }
    millrace.await("balances", last, LONG);
    assertThat(balance("a")).isEqualTo(5_500);
    ProcessorStatus status = millrace.processor("balances").status();
    assertThat(status.handled()).isEqualTo(5_500);
    assertThat(status.lag()).isZero();
    millrace.stopProcessors().join();
  }

  @Test
  void itGoesOnWhereItWasAfterARestart() {
    Millrace first = host(store, balances(1));
    first.await("balances", receipt(first.send(new Bank.Deposit("a", 5), "1")), LONG);
    first.stopProcessors().join();
    first.send(new Bank.Deposit("a", 6), "2");

    Millrace second = host(store.reopen(), balances(1));
    second.await("balances", receipt(second.send(new Bank.Deposit("a", 7), "3")), LONG);
    assertThat(balance("a")).isEqualTo(18);
    assertThat(second.processor("balances").status().handled()).isEqualTo(2);
    second.close();
  }

  @Test
  void aFailedBatchIsRolledBackAndTriedAgain() {
    AtomicInteger failures = new AtomicInteger(3);
    Projection<JdbcTransaction> failing =
        Projection.named("balances", 1)
            .into(readModel)
            .creating(balances(1).creating())
            .on(
                Bank.Deposited.class,
                (event, tx) -> {
                  add(tx, event.account(), event.cents());
                  if (event.cents() == 13 && failures.getAndDecrement() > 0) {
                    throw new IllegalStateException("database away");
                  }
                });
    Millrace millrace = host(store, failing);
    millrace.send(new Bank.Deposit("a", 1), "1");
    millrace.send(new Bank.Deposit("a", 13), "2");
    Receipt last = receipt(millrace.send(new Bank.Deposit("a", 2), "3"));
    millrace.await("balances", last, LONG);
    assertThat(balance("a")).isEqualTo(16);
    assertThat(failures.get()).isEqualTo(-1);
    millrace.stopProcessors().join();
  }

  @Test
  void waitingForOneThatIsBehindSaysWhy() {
    Projection<JdbcTransaction> failing =
        balances(1)
            .on(
                Bank.Opened.class,
                (event, tx) -> {
                  throw new IllegalStateException("database away");
                });
    Millrace millrace = host(store, failing);
    Receipt last = receipt(millrace.send(new Bank.Open("a", "Ann"), "1"));
    assertThatThrownBy(() -> millrace.await("balances", last, SHORT))
        .isInstanceOf(AwaitException.class)
        .hasMessageContaining("'balances' did not get to position 1");
    millrace.stopProcessors().join();
  }

  @Test
  void aPausedOneWaitsAndAResumedOneGoesOn() {
    Millrace millrace = host(store, balances(1));
    millrace.await("balances", receipt(millrace.send(new Bank.Deposit("a", 1), "1")), LONG);
    Processor processor = millrace.processor("balances");
    processor.pause();
    // the pause takes effect after the batch that runs; a reset is handled even so, and shows it
    processor.reset().join();
    Receipt second = receipt(millrace.send(new Bank.Deposit("a", 2), "2"));
    assertThatThrownBy(() -> millrace.await("balances", second, SHORT))
        .isInstanceOf(AwaitException.class);
    assertThat(processor.status().state()).isEqualTo(ProcessorStatus.State.PAUSED);
    processor.resume();
    millrace.await("balances", second, LONG);
    assertThat(balance("a")).isEqualTo(3);
    millrace.stopProcessors().join();
  }

  @Test
  void aResetMakesTheSameRowsAgain() {
    Millrace millrace = host(store, balances(1));
    Receipt last = null;
    for (int i = 0; i < 100; i++) {
      last = receipt(millrace.send(new Bank.Deposit("a-" + i % 7, i), "d-" + i));
    }
    millrace.await("balances", last, LONG);
    readModel.read(tx -> tx.update("UPDATE balance SET cents = -1"));
    millrace.processor("balances").reset().join();
    millrace.await("balances", last, LONG);
    long sum = 0;
    for (int i = 0; i < 7; i++) {
      sum += balance("a-" + i);
    }
    assertThat(sum).isEqualTo(99 * 100 / 2);
    millrace.stopProcessors().join();
  }

  @Test
  void inPlaceANewVersionClearsTheRowsAndAnOlderProgramIsRefused() {
    Millrace first = host(store, balances(1).inPlace());
    first.await("balances", receipt(first.send(new Bank.Deposit("a", 5), "1")), LONG);
    first.stopProcessors().join();

    Millrace second = host(store, balances(2).inPlace());
    Receipt next = receipt(second.send(new Bank.Deposit("a", 6), "2"));
    second.await("balances", next, LONG);
    assertThat(balance("a")).isEqualTo(11);
    second.stopProcessors().join();

    Millrace older = host(store, balances(1).inPlace());
    assertThatThrownBy(() -> older.await("balances", next, LONG))
        .isInstanceOf(AwaitException.class)
        .hasCauseInstanceOf(StoreMismatchException.class)
        .hasMessageContaining("version 2")
        .hasMessageContaining("Run the newer program");
    older.stopProcessors().join();
  }

  @Test
  void theCheckpointOfAnotherStoreStopsItUntilItIsReset() {
    Millrace first = host(store, balances(1));
    first.await("balances", receipt(first.send(new Bank.Deposit("a", 5), "1")), LONG);
    first.stopProcessors().join();

    ModelEventStore other = ModelEventStore.create(InstantSource.system(), new UUID(9, 9));
    Millrace millrace = host(other, balances(1));
    Receipt there = receipt(millrace.send(new Bank.Deposit("b", 7), "1"));
    assertThatThrownBy(() -> millrace.await("balances", there, LONG))
        .isInstanceOf(AwaitException.class)
        .hasCauseInstanceOf(StoreMismatchException.class)
        .hasMessageContaining(store.identity().toString())
        .hasMessageContaining("reset the projection");
    assertThat(balance("a")).isEqualTo(5);
    millrace.processor("balances").reset().join();
    millrace.await("balances", there, LONG);
    assertThat(balance("a")).isZero();
    assertThat(balance("b")).isEqualTo(7);
    millrace.stopProcessors().join();
  }

  @Test
  void anEventFromANewerProgramIsWaitedForAndHandledByThat() {
    Millrace old = host(store, balances(1));
    old.await("balances", receipt(old.send(new Bank.Deposit("a", 5), "1")), LONG);
    appendOfTheNextVersion(1);
    Receipt last = receipt(old.send(new Bank.Deposit("a", 6), "2"));
    ProcessorStatus waiting = old.processor("balances").status();
    while (waiting.problem() == null || waiting.state() != ProcessorStatus.State.RETRYING) {
      Thread.onSpinWait();
      waiting = old.processor("balances").status();
    }
    assertThat(waiting.problem()).contains("version 2").contains("Deploy");
    assertThat(waiting.deadLetters()).isZero();
    assertThat(balance("a")).isEqualTo(5);
    old.stopProcessors().join();

    Millrace next =
        Millrace.host(
            Context.named("bank")
                .events(
                    Events.of(Bank.Banked.class)
                        .tag(Bank.ACCOUNT, Bank.Banked::account)
                        .name("opened", Bank.Opened.class)
                        .name("deposited", 2, Bank.Deposited.class)
                        .upcast("deposited", 1, fields -> fields)
                        .name("withdrawn", Bank.Withdrawn.class)
                        .name("greeted", Bank.Greeted.class))
                .projection(balances(1))
                .build(),
            store);
    next.await("balances", last, LONG);
    assertThat(balance("a")).isEqualTo(18);
    next.stopProcessors().join();
  }

  private void appendOfTheNextVersion(int number) {
    NewEvent event =
        new NewEvent(
            "deposited",
            2,
            List.of(new TagValue("account", "a")),
            Bytes.utf8("{\"account\":\"a\",\"cents\":7}"));
    store.append(Append.of(new UUID(7, number), List.of(event))).join();
  }

  @Test
  void anEventFromANewerProgramIsPassedOverWhereThatIsDeclared() {
    for (Projection<?> projection : List.of(balances(1), balances(2).keyedBy(Bank.ACCOUNT))) {
      String run = "run " + projection.version();
      Millrace millrace = host(store, projection.retrying(Retry.attempts(1).passingOverUnknown()));
      appendOfTheNextVersion(projection.version());
      Receipt last = receipt(millrace.send(new Bank.Deposit("a", 6), run));
      millrace.await("balances", last, LONG);
      assertThat(balance("a")).isEqualTo(6L * projection.version());
      assertThat(millrace.processor("balances").deadLetters().list()).isEmpty();
      millrace.stopProcessors().join();
    }
  }

  @Test
  void aDamagedStoreStopsItAndWhoeverWaitsIsTold() {
    Millrace millrace =
        Millrace.host(
            Bank.context().projection(balances(1)).build(),
            new Unreadable(store, () -> new StoreDamagedException("damaged at offset 7")));
    Receipt last = receipt(millrace.send(new Bank.Deposit("a", 5), "1"));
    assertThatThrownBy(() -> millrace.await("balances", last, LONG))
        .isInstanceOf(AwaitException.class)
        .hasCauseInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("damaged at offset 7");
    assertThat(millrace.processor("balances").status().state())
        .isEqualTo(ProcessorStatus.State.STOPPED);
    millrace.stopProcessors().join();
  }

  @Test
  void whatCannotBeReadOnceIsReadAgain() {
    AtomicInteger failures = new AtomicInteger(2);
    Millrace millrace =
        Millrace.host(
            Bank.context().projection(balances(1)).build(),
            new Unreadable(
                store,
                () ->
                    failures.getAndDecrement() > 0
                        ? new MillraceException("the disk did not answer")
                        : null));
    millrace.await("balances", receipt(millrace.send(new Bank.Deposit("a", 5), "1")), LONG);
    assertThat(balance("a")).isEqualTo(5);
    millrace.stopProcessors().join();
  }

  /** A store whose subscriptions fail as they are told to. */
  private record Unreadable(EventStore store, Supplier<@Nullable MillraceException> failure)
      implements EventStore {
    @Override
    public Subscription subscribe(Query query, long after) {
      Subscription following = store.subscribe(query, after);
      return new Subscription() {
        @Override
        public EventPage poll(int limit) {
          MillraceException thrown = failure.get();
          if (thrown != null) {
            throw thrown;
          }
          return following.poll(limit);
        }

        @Override
        public void onAvailable(Runnable wake) {
          following.onAvailable(wake);
        }

        @Override
        public long position() {
          return following.position();
        }

        @Override
        public void close() {
          following.close();
        }
      };
    }

    @Override
    public StoreIdentity identity() {
      return store.identity();
    }

    @Override
    public long head() {
      return store.head();
    }

    @Override
    public CompletableFuture<AppendResult> append(Append append) {
      return store.append(append);
    }

    @Override
    public Optional<StoredAppend> find(UUID appendId) {
      return store.find(appendId);
    }

    @Override
    public EventPage read(Query query, long from, Direction direction, int limit) {
      return store.read(query, from, direction, limit);
    }

    @Override
    public SnapshotStore snapshots() {
      return store.snapshots();
    }

    @Override
    public void close() {
      store.close();
    }
  }

  @Test
  void aStoreThatIsClosedUnderItEndsTheWaitingAndTheProcessor() {
    CountDownLatch hold = new CountDownLatch(1);
    Millrace millrace =
        host(
            store,
            Projection.named("held", 1)
                .into(readModel)
                .on(Bank.Deposited.class, (event, tx) -> hold.await()));
    Receipt last = receipt(millrace.send(new Bank.Deposit("a", 1), "1"));
    Receipt beyond =
        new Receipt("bank", last.store(), last.last() + 1, last.last() + 1, last.time(), false);
    CompletableFuture<Void> never = millrace.reached("held", beyond);
    store.close();
    hold.countDown();
    assertThatThrownBy(() -> never.orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join())
        .hasCauseInstanceOf(AwaitException.class);
    assertThat(millrace.processor("held").status().state())
        .isEqualTo(ProcessorStatus.State.STOPPED);
    millrace.stopProcessors().orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join();
  }

  @Test
  void whoWaitsForOneThatHasEndedIsTold() {
    Millrace millrace = host(store, balances(1));
    Receipt last = receipt(millrace.send(new Bank.Deposit("a", 1), "1"));
    Receipt beyond =
        new Receipt("bank", last.store(), last.last() + 1, last.last() + 1, last.time(), false);
    CompletableFuture<Void> before = millrace.reached("balances", beyond);
    millrace.stopProcessors().join();
    for (CompletableFuture<Void> never :
        List.of(
            before, millrace.reached("balances", beyond), millrace.processor("balances").reset())) {
      assertThatThrownBy(() -> never.orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join())
          .hasCauseInstanceOf(AwaitException.class)
          .hasMessageContaining("ended with its runtime");
    }
  }

  @Test
  void aReceiptOfAnotherStoreIsRefused() {
    Millrace millrace = host(store, balances(1));
    Receipt mine = receipt(millrace.send(new Bank.Deposit("a", 5), "1"));
    Receipt foreign =
        new Receipt(
            "bank", new StoreIdentity(new UUID(1, 1), 1), 1, 1, mine.time(), mine.repeated());
    assertThatThrownBy(() -> millrace.await("balances", foreign, LONG))
        .isInstanceOf(StoreMismatchException.class)
        .hasMessageContaining("mean nothing here");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> millrace.await("nobody", mine, LONG))
        .withMessageContaining("[balances]");
    millrace.stopProcessors().join();
  }

  @Test
  void aSlowProjectionDoesNotHoldCommandsUp() {
    CountDownLatch hold = new CountDownLatch(1);
    Projection<JdbcTransaction> slow =
        Projection.named("slow", 1)
            .into(readModel)
            .on(Bank.Deposited.class, (event, tx) -> hold.await());
    Millrace millrace = host(store, slow);
    Receipt last = null;
    for (int i = 0; i < 100; i++) {
      last = receipt(millrace.send(new Bank.Deposit("a", 1), "d-" + i));
    }
    CompletableFuture<Void> reached = millrace.reached("slow", last);
    assertThat(reached).isNotDone();
    hold.countDown();
    reached.orTimeout(60, java.util.concurrent.TimeUnit.SECONDS).join();
    millrace.stopProcessors().join();
  }

  @Test
  void aReactionSendsItsCommandsOnceAlsoAfterARestartAndAReset() {
    Context context = Bank.context().reaction(Bank.WELCOME).build();
    Millrace first = Millrace.host(context, store);
    first.await("welcome", receipt(first.send(new Bank.Open("a", "Ann"), "1")), LONG);
    first.stopProcessors().join();
    first.send(new Bank.Open("b", "Bob"), "2");

    ModelEventStore reopened = store.reopen();
    Millrace second = Millrace.host(context, reopened);
    Receipt last = receipt(second.send(new Bank.Open("c", "Cat"), "3"));
    second.await("welcome", last, LONG);
    second.processor("welcome").reset().join();
    second.await("welcome", last, LONG);
    assertThat(reopened.head()).isEqualTo(6);
    for (String account : List.of("a", "b", "c")) {
      assertThat(second.read("bank", Bank.GREETED, account)).isTrue();
    }
    second.close();
  }

  @Test
  void whatAReactionCausesCarriesTheFlow() {
    Context context = Bank.context().reaction(Bank.WELCOME).build();
    Millrace millrace = Millrace.host(context, store);
    Receipt opened = receipt(millrace.send(new Bank.Open("a", "Ann"), "click"));
    millrace.await("welcome", opened, LONG);
    var events =
        store
            .read(
                dev.millrace.core.store.Query.all(),
                1,
                dev.millrace.core.store.Direction.FORWARD,
                10)
            .events();
    assertThat(events).hasSize(2);
    assertThat(events.get(1).metadata().correlationId()).isEqualTo("click");
    assertThat(events.get(1).metadata().causationId()).isEqualTo(events.get(0).id().toString());
    assertThat(events.get(1).metadata().actor()).isEqualTo("reaction:welcome");
    millrace.stopProcessors().join();
  }

  @Test
  void aReactionOnlyToWhatIsNewLeavesThePastAlone() {
    Millrace before = Millrace.host(Bank.context().build(), store);
    before.send(new Bank.Open("a", "Ann"), "1");
    Context context = Bank.context().reaction(Bank.WELCOME.onlyNew()).build();
    Millrace millrace = Millrace.host(context, store);
    CompletableFuture<Void> started =
        millrace.reached(
            "welcome", new Receipt("bank", store.identity(), 1, 1, java.time.Instant.EPOCH, false));
    started.join();
    millrace.await("welcome", receipt(millrace.send(new Bank.Open("b", "Bob"), "2")), LONG);
    assertThat(millrace.read("bank", Bank.GREETED, "a")).isFalse();
    assertThat(millrace.read("bank", Bank.GREETED, "b")).isTrue();
    millrace.stopProcessors().join();
  }

  @Test
  void aReactionOnAnotherHistoryWaitsUntilSomebodySaysHowItGoesOn() {
    Context context = Bank.context().reaction(Bank.WELCOME).build();
    Millrace first = Millrace.host(context, store);
    first.await("welcome", receipt(first.send(new Bank.Open("a", "Ann"), "1")), LONG);
    first.stopProcessors().join();
    first.send(new Bank.Open("b", "Bob"), "2");

    Millrace restored = Millrace.host(context, store.restored());
    Receipt last = receipt(restored.send(new Bank.Open("c", "Cat"), "3"));
    assertThatThrownBy(() -> restored.await("welcome", last, LONG))
        .isInstanceOf(AwaitException.class)
        .hasMessageContaining("has no checkpoint in this history")
        .hasMessageContaining("millrace log reconcile");
    restored.processor("welcome").skip().join();
    restored.await("welcome", receipt(restored.send(new Bank.Open("d", "Dan"), "4")), LONG);
    assertThat(restored.read("bank", Bank.GREETED, "b")).isFalse();
    assertThat(restored.read("bank", Bank.GREETED, "c")).isFalse();
    assertThat(restored.read("bank", Bank.GREETED, "d")).isTrue();
    restored.close();
  }

  @Test
  void aReactionOnAnotherHistoryBeginsAgainWhenItIsTold() {
    Context context = Bank.context().reaction(Bank.WELCOME).build();
    Millrace first = Millrace.host(context, store);
    first.await("welcome", receipt(first.send(new Bank.Open("a", "Ann"), "1")), LONG);
    first.stopProcessors().join();

    ModelEventStore copy = store.restored();
    ReactionCheckpoint.save(copy, "bank", "welcome", 0).join();
    Millrace restored = Millrace.host(context, copy);
    restored.await("welcome", receipt(restored.send(new Bank.Open("b", "Bob"), "2")), LONG);
    assertThat(copy.head()).as("nobody is greeted twice").isEqualTo(4);
    restored.close();
  }

  @Test
  void aProjectionCannotSkip() {
    Millrace millrace = host(store, balances(1));
    Receipt last = receipt(millrace.send(new Bank.Deposit("a", 5), "1"));
    assertThatThrownBy(() -> millrace.processor("balances").skip().join())
        .hasMessageContaining("reset it");
    millrace.await("balances", last, LONG);
    assertThat(balance("a")).isEqualTo(5);
    millrace.stopProcessors().join();
  }
}
