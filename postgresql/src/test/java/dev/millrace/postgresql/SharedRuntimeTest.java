package dev.millrace.postgresql;

import static dev.millrace.core.Decision.accept;
import static dev.millrace.core.Decision.reject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.Accepted;
import dev.millrace.core.Command;
import dev.millrace.core.CommandIdReusedException;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.Tag;
import dev.millrace.core.View;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.testkit.history.History;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two runtimes on one store, each with what it remembers of states: whatever that is, no decision
 * may be wrong.
 */
final class SharedRuntimeTest {
  private static final int CLIENTS = 8;
  private static final int STEPS = Boolean.getBoolean("millrace.nightly") ? 5_000 : 150;
  private static final int ACCOUNTS = 3;

  sealed interface Banked {
    String account();
  }

  record Deposited(String account, long cents) implements Banked {}

  record Withdrawn(String account, long cents) implements Banked {}

  record Overdrawn(long missing) {}

  record Deposit(String account, long cents) implements Command<Overdrawn> {}

  record Withdraw(String account, long cents) implements Command<Overdrawn> {}

  record Transfer(String from, String to, long cents) implements Command<Overdrawn> {}

  private static final Tag<String> ACCOUNT = Tag.named("account");

  private static final View<String, Long> BALANCE =
      View.of(Long.class)
          .keyed(ACCOUNT)
          .starting(0L)
          .on(Deposited.class, (balance, event) -> balance + event.cents())
          .on(Withdrawn.class, (balance, event) -> balance - event.cents());

  private static Context bank() {
    return Context.named("bank")
        .events(
            Events.of(Banked.class)
                .tag(ACCOUNT, Banked::account)
                .name("deposited", Deposited.class)
                .name("withdrawn", Withdrawn.class))
        .on(Deposit.class)
        .reading(BALANCE, Deposit::account)
        .decide((balance, command) -> accept(new Deposited(command.account(), command.cents())))
        .on(Withdraw.class)
        .reading(BALANCE, Withdraw::account)
        .decide((balance, command) ->
            balance < command.cents()
                ? reject(new Overdrawn(command.cents() - balance))
                : accept(new Withdrawn(command.account(), command.cents())))
        .on(Transfer.class)
        .reading(BALANCE, Transfer::from)
        .reading(BALANCE, Transfer::to)
        .decide((from, to, command) ->
            from < command.cents()
                ? reject(new Overdrawn(command.cents() - from))
                : accept(
                    new Withdrawn(command.from(), command.cents()),
                    new Deposited(command.to(), command.cents())))
        .build();
  }

  private final String url = TestServer.shared().url(TestServer.newSchema());
  private final List<EventStore> stores = new ArrayList<>();
  private final List<Millrace> runtimes = new ArrayList<>();

  @BeforeEach
  void start() {
    for (int i = 0; i < 2; i++) {
      stores.add(EventStore.open(url));
      runtimes.add(Millrace.host(bank(), stores.get(i)));
    }
  }

  @AfterEach
  void stop() {
    runtimes.forEach(Millrace::close);
    stores.forEach(EventStore::close);
  }

  @Test
  void noAccountIsEverOverdrawnAndEachAcceptedCommandIsThereOnce() throws Exception {
    AtomicInteger accepted = new AtomicInteger();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int client = i;
        clients.add(threads.submit(() -> run(client, accepted)));
      }
      for (Future<?> client : clients) {
        client.get(4, TimeUnit.MINUTES);
      }
    }
    Context bank = bank();
    Map<String, Long> balances = new HashMap<>();
    List<RecordedEvent> events = History.everything(stores.get(0));
    for (RecordedEvent event : events) {
      Banked banked = (Banked) bank.readEvent(event);
      long change =
          switch (banked) {
            case Deposited deposited -> deposited.cents();
            case Withdrawn withdrawn -> -withdrawn.cents();
          };
      assertThat(balances.merge(banked.account(), change, Long::sum))
          .as("balance after position %s", event.position())
          .isNotNegative();
    }
    assertThat(events.stream().map(event -> event.id().append()).distinct())
        .hasSize(accepted.get());
    for (Millrace runtime : runtimes) {
      balances.forEach((account, balance) ->
          assertThat(runtime.read("bank", BALANCE, account)).isEqualTo(balance));
    }
  }

  private void run(int client, AtomicInteger accepted) {
    SplittableRandom random = new SplittableRandom(client);
    for (int step = 0; step < STEPS; step++) {
      Millrace runtime = runtimes.get(random.nextInt(2));
      String account = "a" + random.nextInt(ACCOUNTS);
      String other = "a" + random.nextInt(ACCOUNTS);
      long cents = 1L + random.nextInt(100);
      Command<Overdrawn> command =
          switch (random.nextInt(4)) {
            case 0 -> new Deposit(account, cents);
            case 1 -> new Transfer(account, other, cents);
            default -> new Withdraw(account, cents);
          };
      String id = client + "/" + step;
      if (runtime.send(command, id) instanceof Accepted<Overdrawn> first) {
        accepted.incrementAndGet();
        if (random.nextInt(5) == 0) { // again, from anywhere
          assertThat(runtimes.get(random.nextInt(2)).send(command, id))
              .isInstanceOfSatisfying(
                  Accepted.class,
                  again -> {
                    assertThat(again.receipt().first()).isEqualTo(first.receipt().first());
                    assertThat(again.receipt().repeated()).isTrue();
                  });
        }
      }
    }
  }

  @Test
  void anIdThatWasUsedForAnotherCommandIsRefusedAlsoByWhoeverRemembersTheState() {
    Millrace one = runtimes.get(0);
    one.send(new Deposit("a0", 5), "first");
    one.send(new Deposit("a0", 6), "second");
    assertThatThrownBy(() -> one.send(new Deposit("a0", 7), "first"))
        .isInstanceOf(CommandIdReusedException.class);
    assertThatThrownBy(() -> one.send(new Withdraw("a0", 1), "second"))
        .isInstanceOf(CommandIdReusedException.class);
    assertThat(runtimes.get(1).read("bank", BALANCE, "a0")).isEqualTo(11);
  }

  @Test
  void aCommandOnARememberedStateReadsNothing() {
    Millrace one = runtimes.get(0);
    one.send(new Deposit("a0", 5), "first");
    long before = one.states("bank").eventsRead();
    for (int i = 0; i < 20; i++) {
      one.send(new Deposit("a0", 1), "more-" + i);
    }
    assertThat(one.states("bank").eventsRead()).isEqualTo(before);
    runtimes.get(1).send(new Withdraw("a0", 25), "elsewhere");
    assertThat(one.send(new Withdraw("a0", 1), "late")).isNotInstanceOf(Accepted.class);
    assertThat(one.read("bank", BALANCE, "a0")).isZero();
  }
}
