package dev.millrace.core;

import static dev.millrace.core.Decision.accept;
import static dev.millrace.core.Decision.reject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.core.Bank.Deposit;
import dev.millrace.core.Bank.Deposited;
import dev.millrace.core.Bank.Open;
import dev.millrace.core.Bank.Opened;
import dev.millrace.core.Bank.Overdrawn;
import dev.millrace.core.Bank.Withdraw;
import dev.millrace.core.Bank.Withdrawn;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.rehearsal.Answer;
import dev.millrace.core.rehearsal.Difference;
import dev.millrace.core.rehearsal.Difference.Cell;
import dev.millrace.core.rehearsal.Difference.Decided;
import dev.millrace.core.rehearsal.RehearsalListener;
import dev.millrace.core.rehearsal.RehearsalProgress;
import dev.millrace.core.rehearsal.RehearsalReport;
import dev.millrace.core.rehearsal.RehearsalReport.Unknown;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Tenant;
import dev.millrace.testkit.ModelEventStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RehearsalTest {
  private final ModelEventStore store =
      ModelEventStore.create(InstantSource.fixed(Instant.EPOCH), new UUID(4, 2));
  private final AtomicInteger mailsSent = new AtomicInteger();
  private int sent;

  /** Its one effect on the world outside is what a reaction must not have, but may. */
  private Reaction welcome(String greeting) {
    return Reaction.named("welcome")
        .on(
            Opened.class,
            (event, commands) -> {
              mailsSent.incrementAndGet();
              commands.send(new Bank.Greet(event.account(), greeting + event.owner()));
            });
  }

  /** A bank in which withdrawals are decided so. */
  private static Context.Builder<Bank.Banked> withdrawing(
      Deciding1.Decide<Bank.Banked, Withdraw, Overdrawn, Long> decide) {
    return Context.named("bank")
        .events(Bank.EVENTS)
        .on(Open.class)
        .reading(Bank.OWNER, Open::account)
        .decide((owner, command) -> accept(new Opened(command.account(), command.owner())))
        .on(Deposit.class)
        .decide(command -> accept(new Deposited(command.account(), command.cents())))
        .on(Withdraw.class)
        .reading(Bank.BALANCE, Withdraw::account)
        .decide(decide);
  }

  private static Decision<Bank.Banked, Overdrawn> withdraw(Long balance, Withdraw command) {
    return balance < command.cents()
        ? reject(new Overdrawn(command.cents() - balance))
        : accept(new Withdrawn(command.account(), command.cents()));
  }

  private void send(Command<?>... commands) {
    try (Millrace millrace =
        Millrace.builder()
            .host(Bank.context().build(), store.reopen())
            .withoutProcessors()
            .start()) {
      for (Command<?> command : commands) {
        millrace.send(command, "c-" + ++sent);
      }
    }
  }

  private void history() {
    send(
        new Deposit("a", 100),
        new Withdraw("a", 30),
        new Withdraw("a", 50),
        new Withdraw("a", 70), // rejected: stands nowhere
        new Deposit("b", 40),
        new Withdraw("b", 40));
  }

  private ModelEventStore opened() {
    return store.reopen();
  }

  private static List<Decided> decisions(RehearsalReport report) {
    return report.differences().stream()
        .filter(Decided.class::isInstance)
        .map(Decided.class::cast)
        .toList();
  }

  @Test
  void theSameVersionDecidesAsIsRecorded() {
    history();

    RehearsalReport report = Rehearsal.of(Bank.context().build()).run(opened());

    assertThat(report.isSame()).isTrue();
    assertThat(report.isWhole()).isTrue();
    assertThat(report.events()).isEqualTo(5);
    assertThat(report.decisions().rehearsed()).as("the rejected one stands nowhere").isEqualTo(5);
  }

  @Test
  void decisionsStandOnWhatWasRecordedSoThatADifferenceCausesNoOther() {
    history();
    Context fee =
        withdrawing((balance, command) ->
                command.cents() == 30
                    ? accept(new Withdrawn(command.account(), 90)) // would leave too little for 50
                    : withdraw(balance, command))
            .build();

    RehearsalReport report = Rehearsal.of(fee).run(opened());

    assertThat(decisions(report)).hasSize(1);
    Decided only = decisions(report).get(0);
    assertThat(only.command()).isEqualTo("withdraw");
    assertThat(only.id()).isEqualTo("c-2");
    assertThat(only.position()).isEqualTo(2);
    assertThat(String.valueOf(only.about())).isEqualTo("account:a");
    assertThat(only.before().events().get(0).data().utf8()).contains("30");
    assertThat(only.now().events().get(0).data().utf8()).contains("90");
    assertThat(report.decisions().changedBy())
        .isEqualTo(Map.of("withdraw", Map.of(Answer.Kind.ACCEPTED, 1L)));
  }

  @Test
  void everyWayToAnswerOtherwiseIsTold() {
    history();
    Context strange =
        withdrawing((balance, command) ->
                switch ((int) command.cents()) {
                  case 30 -> reject(new Overdrawn(7));
                  case 50 -> accept();
                  default -> throw new IllegalStateException("no such amount");
                })
            .build();

    List<Decided> found = decisions(Rehearsal.of(strange).run(opened()));

    assertThat(found)
        .extracting(decided -> decided.now().kind())
        .containsExactly(Answer.Kind.REJECTED, Answer.Kind.NOTHING, Answer.Kind.FAILED);
    assertThat(found.get(0).now().reason()).isEqualTo("Overdrawn {\"missing\":7}");
    assertThat(found.get(2).now().reason()).contains("no such amount");
  }

  @Test
  void aCommandThatIsGoneIsToldAndSoIsOneThatNoLongerFits() {
    record DepositIn(String account, long cents, String currency) implements Command<NoRejection> {}
    send(new Bank.Deposit("a", 100), new Bank.Withdraw("a", 30));
    Context next =
        Context.named("bank")
            .events(Bank.EVENTS)
            .on("deposit", DepositIn.class)
            .decide(command -> accept(new Deposited(command.account(), command.cents())))
            .build();

    List<Decided> found = decisions(Rehearsal.of(next).run(opened()));

    assertThat(found)
        .extracting(decided -> decided.now().kind())
        .containsExactly(Answer.Kind.UNREADABLE, Answer.Kind.UNKNOWN);
    assertThat(found.get(0).now().reason()).contains("currency");
  }

  @Test
  void statesThatDoNotFitInMemoryAreReadAgain() {
    List<Command<?>> commands = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 40; i++) {
        commands.add(new Deposit("a-" + i, 10));
        commands.add(new Withdraw("a-" + i, 10));
      }
    }
    send(commands.toArray(Command<?>[]::new));

    RehearsalReport report = Rehearsal.of(Bank.context().build()).keeping(3).run(opened());

    assertThat(report.isSame()).isTrue();
    assertThat(report.decisions().rehearsed()).isEqualTo(240);
  }

  @Test
  void tenantsDoNotSeeEachOther() {
    try (Millrace millrace =
        Millrace.builder()
            .host(Bank.context().build(), store.reopen())
            .withoutProcessors()
            .start()) {
      for (String tenant : List.of("one", "two")) {
        CommandEnvelope envelope = CommandEnvelope.of("d").forTenant(new Tenant(tenant));
        millrace.send(new Deposit("a", 50), envelope);
      }
      millrace.send(new Withdraw("a", 50), CommandEnvelope.of("w").forTenant(new Tenant("two")));
    }

    RehearsalReport report =
        Rehearsal.of(
                withdrawing(
                        (balance, command) -> {
                          assertThat(balance).isEqualTo(50);
                          return withdraw(balance, command);
                        })
                    .build())
            .run(opened());

    assertThat(report.decisions().same()).isEqualTo(3);
    assertThat(report.isSame()).isTrue();
  }

  @Test
  void dataOfAnOlderVersionIsTheSameWhenItReadsTheSame() {
    history();
    Events<Bank.Banked> raised =
        Events.of(Bank.Banked.class)
            .tag(Bank.ACCOUNT, Bank.Banked::account)
            .name("opened", Opened.class)
            .name("deposited", Deposited.class)
            .name("withdrawn", 2, Withdrawn.class)
            .upcast("withdrawn", 1, fields -> fields)
            .name("greeted", Bank.Greeted.class);
    Context next =
        Context.named("bank")
            .events(raised)
            .on(Deposit.class)
            .decide(command -> accept(new Deposited(command.account(), command.cents())))
            .on(Withdraw.class)
            .reading(Bank.BALANCE, Withdraw::account)
            .decide(RehearsalTest::withdraw)
            .build();

    assertThat(Rehearsal.of(next).run(opened()).isSame()).isTrue();
  }

  @Test
  void anEventThatCannotBeReadIsNamedWithTheDecisionsThatReadIt() {
    history();
    Events<Bank.Banked> broken =
        Events.of(Bank.Banked.class)
            .tag(Bank.ACCOUNT, Bank.Banked::account)
            .name("opened", Opened.class)
            .name("deposited", 2, Deposited.class)
            .upcast(
                "deposited",
                1,
                fields -> {
                  throw new IllegalStateException("forgotten");
                })
            .name("withdrawn", Withdrawn.class)
            .name("greeted", Bank.Greeted.class);
    Context next =
        Context.named("bank")
            .events(broken)
            .on(Withdraw.class)
            .reading(Bank.BALANCE, Withdraw::account)
            .decide(RehearsalTest::withdraw)
            .build();

    RehearsalReport report = Rehearsal.of(next).run(opened());

    assertThat(report.unreadable()).containsOnlyKeys("deposited");
    assertThat(report.unreadable().get("deposited")).contains("forgotten");
    assertThat(report.decisions().changedBy())
        .containsEntry("withdraw", Map.of(Answer.Kind.FAILED, 3L));
    assertThat(report.isSame()).isFalse();
  }

  /** A context that keeps no payload of withdrawals. */
  private static Context forgetful() {
    return Context.named("bank")
        .events(Bank.EVENTS)
        .on(Deposit.class)
        .decide(command -> accept(new Deposited(command.account(), command.cents())))
        .on(Withdraw.class)
        .withoutPayload()
        .reading(Bank.BALANCE, Withdraw::account)
        .decide(RehearsalTest::withdraw)
        .build();
  }

  @Test
  void aCommandWithoutPayloadIsRehearsedOnlyWhenItIsProven() {
    try (Millrace millrace = Millrace.host(forgetful(), store.reopen())) {
      millrace.send(new Deposit("a", 100), "d");
      millrace.send(new Withdraw("a", 30), "w");
    }
    store
        .reopen()
        .append(
            Append.of(
                new UUID(1, 1),
                List.of(
                    new NewEvent(
                        "deposited",
                        1,
                        List.of(Bank.ACCOUNT.of("a")),
                        Bytes.utf8("{\"account\":\"a\",\"cents\":1}")))))
        .join();

    RehearsalReport.Decisions unknown = Rehearsal.of(forgetful()).run(opened()).decisions();
    RehearsalReport.Decisions wrong =
        Rehearsal.of(forgetful())
            .remaking(Withdraw.class, events -> Stream.of(new Withdraw("a", 31)))
            .run(opened())
            .decisions();
    RehearsalReport.Decisions right =
        Rehearsal.of(forgetful())
            .remaking(
                Withdraw.class, events -> Stream.of(new Withdraw("a", 31), new Withdraw("a", 30)))
            .run(opened())
            .decisions();

    assertThat(unknown.notRehearsed()).isEqualTo(Map.of("withdraw", Map.of(Unknown.NOT_KEPT, 1L)));
    assertThat(wrong.notRehearsed()).isEqualTo(Map.of("withdraw", Map.of(Unknown.NOT_PROVEN, 1L)));
    assertThat(right.notRehearsed()).isEmpty();
    assertThat(right.remade()).isEqualTo(1);
    assertThat(right.same()).isEqualTo(2);
    assertThat(right.withoutCommand()).isEqualTo(1);
  }

  @Test
  void whatTheOldVersionWouldNotDecideAgainIsNotLaidAtTheNewOnesDoor() {
    history();
    Context stricter = withdrawing((balance, command) -> reject(new Overdrawn(1))).build();

    RehearsalReport report = Rehearsal.of(stricter).beside(stricter).run(opened());

    assertThat(report.decisions().recordedOtherwise()).isEqualTo(3);
    assertThat(report.decisions().changed()).isZero();
    assertThat(report.isSame()).isTrue();
  }

  private static Context.Builder<Bank.Banked> counting(MemoryReadModel rows, boolean deposits) {
    Projection<MemoryTables> balances =
        Projection.named("balances", 1)
            .into(rows)
            .showing("balance")
            .on(Withdrawn.class, (event, tables) -> add(tables, event.account(), -event.cents()));
    return Bank.context()
        .projection(
            deposits
                ? balances.on(
                    Deposited.class, (event, tables) -> add(tables, event.account(), event.cents()))
                : balances);
  }

  private static void add(MemoryTables tables, String account, long cents) {
    tables.<String, Long>table("balance").merge(account, cents, Long::sum);
  }

  @Test
  void rowsThatDifferAreToldColumnByColumn() {
    history();
    send(new Deposit("c", 5));
    Context before = counting(new MemoryReadModel(), true).build();
    Context now = counting(new MemoryReadModel(), false).build();

    RehearsalReport report = Rehearsal.of(now).beside(before).run(opened());

    assertThat(report.decisions().changed()).isZero();
    RehearsalReport.ReadModelResult result = report.readModels().get(0);
    assertThat(result.problem()).isEmpty();
    assertThat(result.rows()).isEqualTo(3);
    assertThat(result.other()).isEqualTo(2);
    assertThat(report.differences())
        .contains(
            new Difference.Row(
                "balances",
                "balance",
                List.of("c"),
                Difference.Row.Kind.MISSING,
                Map.of("key", new Cell("c", null), "value", new Cell("5", null))))
        .contains(
            new Difference.Row(
                "balances",
                "balance",
                List.of("a"),
                Difference.Row.Kind.OTHER,
                Map.of("value", new Cell("20", "-80"))));
  }

  @Test
  void rowsThatAreThereAreOnlyRead() throws Exception {
    history();
    MemoryReadModel live = new MemoryReadModel();
    Context running = counting(live, true).build();
    try (Millrace millrace = Millrace.host(running, store.reopen())) {
      Receipt receipt = new Receipt("bank", store.identity(), 5, 5, Instant.EPOCH, false);
      millrace.await("balances", receipt, Duration.ofMinutes(1));
    }
    String rows = live.read(tables -> tables.<String, Long>table("balance").rows().toString());

    RehearsalReport same =
        Rehearsal.of(counting(new MemoryReadModel(), true).build())
            .besideRowsOf(running)
            .run(opened());
    RehearsalReport other =
        Rehearsal.of(counting(new MemoryReadModel(), false).build())
            .besideRowsOf(running)
            .run(opened());

    assertThat(same.isSame()).isTrue();
    assertThat(same.readModels().get(0).rows()).isEqualTo(2);
    assertThat(other.readModels().get(0).other()).isEqualTo(2);
    String after = live.read(tables -> tables.<String, Long>table("balance").rows().toString());
    assertThat(after).isEqualTo(rows);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Rehearsal.of(running)
                .beside(counting(new MemoryReadModel(), true).build())
                .run(opened()))
        .withMessageContaining("has its rows up to position 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Rehearsal.of(running).beside(running).run(opened()))
        .withMessageContaining("same read model");
  }

  @Test
  void rowsThatAreNotLevelAreNotCompared() {
    history();

    RehearsalReport report =
        Rehearsal.of(counting(new MemoryReadModel(), true).build())
            .besideRowsOf(counting(new MemoryReadModel(), true).build())
            .run(opened());

    assertThat(report.readModels().get(0).problem()).contains("no rows of it");
    assertThat(report.isSame()).isFalse();
  }

  @Test
  void aProjectionThatFailsIsNotCompared() {
    history();
    Context failing =
        Bank.context()
            .projection(
                Projection.named("balances", 1)
                    .into(new MemoryReadModel())
                    .showing("balance")
                    .on(
                        Withdrawn.class,
                        (event, tables) -> {
                          throw new IllegalStateException("no room");
                        }))
            .build();

    RehearsalReport report =
        Rehearsal.of(failing).beside(counting(new MemoryReadModel(), true).build()).run(opened());

    assertThat(report.readModels().get(0).problem()).contains("the new version", "no room");
    assertThat(report.isSame()).isFalse();
  }

  @Test
  void reactionsAreCalledOnlyWhenAskedForAndSendNothing() {
    send(new Open("a", "Mo"));
    Context before = Bank.context().reaction(welcome("")).build();
    Context now = Bank.context().reaction(welcome("Dr ")).build();

    RehearsalReport silent = Rehearsal.of(now).beside(before).run(opened());
    assertThat(mailsSent).hasValue(0);
    assertThat(silent.reactions()).isEmpty();

    RehearsalReport report = Rehearsal.of(now).beside(before).withReactions().run(opened());

    assertThat(opened().head()).isEqualTo(1);
    Difference.Sent sent = (Difference.Sent) report.differences().get(0);
    assertThat(sent.reaction()).isEqualTo("welcome");
    assertThat(sent.before()).hasSize(1);
    assertThat(sent.before().get(0).command()).isEqualTo("greet");
    assertThat(sent.before().get(0).id()).isEqualTo("welcome/" + sent.event() + "/0");
    assertThat(sent.now().get(0).payload()).contains("Dr Mo");
    assertThat(report.isSame()).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Rehearsal.of(now).withReactions().run(opened()));
  }

  @Test
  void itTellsHowFarItIsAndEndsWhenAsked() {
    history();
    List<RehearsalProgress> progress = new ArrayList<>();

    RehearsalReport stopped =
        Rehearsal.of(Bank.context().build())
            .run(
                opened(),
                new RehearsalListener() {
                  @Override
                  public boolean goesOn() {
                    return false;
                  }
                });
    Rehearsal.of(Bank.context().build())
        .run(
            opened(),
            new RehearsalListener() {
              @Override
              public void at(RehearsalProgress at) {
                progress.add(at);
              }
            });

    assertThat(stopped.isWhole()).isFalse();
    assertThat(progress.get(progress.size() - 1).done()).isEqualTo(5);
    assertThat(
            new RehearsalProgress(
                    RehearsalProgress.Work.REHEARSING, 25, 100, Duration.ofSeconds(10))
                .left())
        .contains(Duration.ofSeconds(30));
  }

  @Test
  void theReportListsTheFirstAndTheListenerGetsAll() {
    history();
    List<Difference> all = new ArrayList<>();

    RehearsalReport report =
        Rehearsal.of(withdrawing((balance, command) -> accept()).build())
            .listing(1)
            .run(
                opened(),
                new RehearsalListener() {
                  @Override
                  public void found(Difference difference) {
                    all.add(difference);
                  }
                });

    assertThat(report.differences()).hasSize(1);
    assertThat(all).hasSize(3);
    assertThat(report.decisions().changed()).isEqualTo(3);
  }
}
