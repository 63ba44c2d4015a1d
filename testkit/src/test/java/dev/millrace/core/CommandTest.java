package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandTest {
  private final EventStore store = EventStore.open("memory:");
  private final Millrace millrace = Millrace.host(Bank.context().build(), store);

  @AfterEach
  void close() {
    millrace.close();
  }

  private List<RecordedEvent> events() {
    return store.read(Query.all().acrossTenants(), 0, Direction.FORWARD, 10_000).events();
  }

  @Test
  void theDesignsSwitchCompilesAndIsExhaustive() {
    millrace.send(new Bank.Deposit("a-1", 300), "d-1");
    String answer =
        switch (millrace.send(new Bank.Withdraw("a-1", 500), "w-1")) {
          case Accepted(var receipt) -> "at " + receipt.last();
          case Rejected(Bank.Overdrawn(var missing), var at) ->
              "short by " + missing + " at " + at.last();
        };
    assertThat(answer).isEqualTo("short by 200 at 1");
    assertThat(events()).hasSize(1);
  }

  @Test
  void anAcceptedCommandKeepsItselfBesideItsEvents() {
    CommandEnvelope envelope =
        CommandEnvelope.of("w-1")
            .by("ann")
            .within("flow-7", "click-1")
            .tracedBy("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    millrace.send(new Bank.Deposit("a-1", 300), envelope);
    RecordedEvent event = events().get(0);
    assertThat(event.metadata())
        .isEqualTo(
            new Metadata(
                "flow-7",
                "click-1",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "ann"));
    CommandRecord command = store.find(event.id().append()).orElseThrow().command();
    assertThat(command).isNotNull();
    assertThat(command.id()).isEqualTo("w-1");
    assertThat(command.type()).isEqualTo("deposit");
    assertThat(command.payload()).isEqualTo(Bytes.utf8("{\"account\":\"a-1\",\"cents\":300}"));
  }

  @Test
  void anAcceptedIdAnswersAsTheFirstTime() {
    Outcome<NoRejection> first = millrace.send(new Bank.Deposit("a-1", 300), "d-1");
    Outcome<NoRejection> second = millrace.send(new Bank.Deposit("a-1", 300), "d-1");
    Receipt before = ((Accepted<NoRejection>) first).receipt();
    Receipt after = ((Accepted<NoRejection>) second).receipt();
    assertThat(before.repeated()).isFalse();
    assertThat(after.repeated()).isTrue();
    assertThat(after.last()).isEqualTo(before.last());
    assertThat(after.time()).isEqualTo(before.time());
    assertThat(events()).hasSize(1);
  }

  @Test
  void aRepetitionIsNotDecidedAgainThoughItWouldBeRejectedNow() {
    millrace.send(new Bank.Deposit("a-1", 300), "d-1");
    millrace.send(new Bank.Withdraw("a-1", 300), "w-1");
    assertThat(millrace.send(new Bank.Withdraw("a-1", 300), "w-1")).isInstanceOf(Accepted.class);
    assertThat(millrace.send(new Bank.Withdraw("a-1", 300), "w-2")).isInstanceOf(Rejected.class);
  }

  @Test
  void whatIsNullIsNamed() {
    assertRefused(() -> millrace.send(null, "1"), "the command is null");
    assertRefused(() -> millrace.send(new Bank.Deposit("a", 1), (String) null), "the id of a");
    assertRefused(
        () -> millrace.send(new Bank.Deposit("a", 1), CommandEnvelope.of("1").forTenant(null)),
        "the tenant of a command is null");
    assertRefused(
        () -> millrace.send(new Bank.Deposit("a", 1), (CommandEnvelope) null),
        "the envelope of the command is null");
    assertRefused(
        () -> millrace.send(new Bank.Withdraw(null, 1), "1"),
        "command 'withdraw' reads a view by 'account', but this one has null there");
    assertRefused(
        () -> millrace.send(new Bank.Collect(null, 1), "1"), "command 'collect' reads a view by");
    assertRefused(
        () -> millrace.send(new Bank.Collect(Arrays.asList("a", null), 1), "1"),
        "a value of tag 'account' is null");
    assertRefused(() -> millrace.read("bank", Bank.BALANCE, null), "a value of tag 'account' is");
    assertThat(events()).isEmpty();
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anIdUsedForAnotherCommandIsRefused() {
    millrace.send(new Bank.Deposit("a-1", 300), "d-1");
    assertThatThrownBy(() -> millrace.send(new Bank.Deposit("a-1", 301), "d-1"))
        .isInstanceOf(CommandIdReusedException.class)
        .hasMessageContaining("'d-1'")
        .hasMessageContaining("position 1");
    assertThat(events()).hasSize(1);
  }

  @Test
  void aRejectedIdIsDecidedAgain() {
    assertThat(millrace.send(new Bank.Withdraw("a-1", 100), "w-1")).isInstanceOf(Rejected.class);
    millrace.send(new Bank.Deposit("a-1", 100), "d-1");
    assertThat(millrace.send(new Bank.Withdraw("a-1", 100), "w-1")).isInstanceOf(Accepted.class);
  }

  @Test
  void acceptedWithoutEventsStoresNothing() {
    Accepted<NoRejection> outcome =
        (Accepted<NoRejection>) millrace.send(new Bank.Deposit("a-1", 0), "d-1");
    assertThat(outcome.receipt().events()).isZero();
    assertThat(events()).isEmpty();
  }

  @Test
  void severalViewsAreReadForOneDecision() {
    millrace.send(new Bank.Deposit("a", 100), "1");
    assertThat(millrace.send(new Bank.Transfer("a", "b", 60), "2")).isInstanceOf(Rejected.class);
    millrace.send(new Bank.Open("b", "Bob"), "3");
    assertThat(millrace.send(new Bank.Transfer("a", "b", 60), "2")).isInstanceOf(Accepted.class);
    assertThat(millrace.read("bank", Bank.BALANCE, "a")).isEqualTo(40);
    assertThat(millrace.read("bank", Bank.BALANCE, "b")).isEqualTo(60);
  }

  @Test
  void manyStatesOfAViewAreReadForOneDecision() {
    List<String> accounts = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      accounts.add("a-" + i);
      millrace.send(new Bank.Deposit("a-" + i, 10), "d-" + i);
    }
    Outcome<Bank.Overdrawn> outcome = millrace.send(new Bank.Collect(accounts, 10), "c-1");
    assertThat(((Accepted<Bank.Overdrawn>) outcome).receipt().events()).isEqualTo(500);
    assertThat(millrace.send(new Bank.Collect(accounts, 1), "c-2"))
        .isInstanceOfSatisfying(
            Rejected.class, no -> assertThat(no.reason()).isEqualTo(new Bank.Overdrawn(1)));
  }

  @Test
  void tenantsDoNotSeeEachOther() {
    CommandEnvelope here = CommandEnvelope.of("x").forTenant(new Tenant("here"));
    CommandEnvelope there = CommandEnvelope.of("x").forTenant(new Tenant("there"));
    millrace.send(new Bank.Deposit("a", 100), here);
    assertThat(millrace.send(new Bank.Deposit("a", 70), there)).isInstanceOf(Accepted.class);
    assertThat(millrace.read("bank", Bank.BALANCE, new Tenant("here"), "a")).isEqualTo(100);
    assertThat(millrace.read("bank", Bank.BALANCE, new Tenant("there"), "a")).isEqualTo(70);
    assertThat(millrace.read("bank", Bank.BALANCE, "a")).isZero();
  }

  @Test
  void racersOnOneAccountNeverOverdrawIt() {
    millrace.send(new Bank.Deposit("a", 20), "d");
    AtomicInteger accepted = new AtomicInteger();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 64; i++) {
        String id = "w-" + i;
        CompletableFuture.runAsync(
                () -> {
                  if (millrace.send(new Bank.Withdraw("a", 1), id) instanceof Accepted) {
                    accepted.incrementAndGet();
                  }
                },
                callers)
            .exceptionally(failure -> {
              accepted.addAndGet(1_000_000);
              return null;
            });
      }
    }
    assertThat(accepted.get()).isEqualTo(20);
    assertThat(millrace.read("bank", Bank.BALANCE, "a")).isZero();
  }

  @Test
  void theSameCommandFromManyCallersCountsOnce() {
    millrace.send(new Bank.Deposit("a", 1), "d");
    AtomicInteger accepted = new AtomicInteger();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 64; i++) {
        callers.execute(() -> {
          if (millrace.send(new Bank.Withdraw("a", 1), "w") instanceof Accepted) {
            accepted.incrementAndGet();
          }
        });
      }
    }
    assertThat(accepted.get()).isEqualTo(64);
    assertThat(events()).hasSize(2);
  }

  @Test
  void aCommandThatNobodyDecidesIsNamed() {
    record Unknown() implements Command<NoRejection> {}

    assertThatIllegalArgumentException()
        .isThrownBy(() -> millrace.send(new Unknown(), "u"))
        .withMessageContaining("no context decides Unknown")
        .withMessageContaining("bank");
  }

  @Test
  void aCommandFromDataNamesWhatIsMissing() {
    Context bank = Bank.context().build();
    assertThat(bank.readCommand("withdraw", Bytes.utf8("{\"account\":\"a\",\"cents\":5}")))
        .isEqualTo(new Bank.Withdraw("a", 5));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bank.readCommand("withdraw", Bytes.utf8("{\"cents\":5}")))
        .withMessageContaining("'withdraw'")
        .withMessageContaining("account");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bank.readCommand("withdrawal", Bytes.utf8("{}")))
        .withMessageContaining("there is no command 'withdrawal'")
        .withMessageContaining("withdraw");
  }

  @Test
  void aPayloadCanBeLeftOutAndARepetitionIsStillRecognized() {
    Context context =
        Context.named("bank")
            .events(Bank.EVENTS)
            .on("pay-in", Bank.Deposit.class)
            .withoutPayload()
            .decide(command -> Decision.accept(new Bank.Deposited(command.account(), 1)))
            .build();
    try (EventStore other = EventStore.open("memory:");
        Millrace runtime = Millrace.host(context, other)) {
      runtime.send(new Bank.Deposit("a", 1), "d");
      CommandRecord kept =
          other
              .find(other.read(Query.all(), 1, Direction.FORWARD, 1).events().get(0).id().append())
              .orElseThrow()
              .command();
      assertThat(kept).isNotNull();
      assertThat(kept.type()).isEqualTo("pay-in");
      assertThat(kept.payload()).isNull();
      assertThat(runtime.send(new Bank.Deposit("a", 1), "d")).isInstanceOf(Accepted.class);
      assertThatThrownBy(() -> runtime.send(new Bank.Deposit("a", 2), "d"))
          .isInstanceOf(CommandIdReusedException.class);
    }
  }
}
