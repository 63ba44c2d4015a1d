package dev.millrace.core;

import static dev.millrace.core.Decision.accept;
import static dev.millrace.core.Decision.reject;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Tenant;
import dev.millrace.testkit.ModelEventStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class EffectsTest {
  private static final int MANY = 1_000;

  record Noted(int number) {}

  /** Is rejected when its number is odd. */
  record Note(int number) implements Command<String> {}

  private static final Context NOTES =
      Context.named("notes")
          .events(Events.of(Noted.class).name("noted", Noted.class))
          .on(Note.class)
          .decide(command ->
              command.number() % 2 == 1
                  ? reject("odd")
                  : accept(new Noted(command.number()), new Noted(command.number() + 1)))
          .build();

  /** Answers a deposit of N cents with a greeting and N notes. */
  private static final Reaction REACTION =
      Reaction.named("bookkeeping")
          .on(
              Bank.Deposited.class,
              (event, commands) -> {
                commands.send(new Bank.Greet(event.account(), "you"));
                for (int i = 0; i < event.cents(); i++) {
                  commands.send(new Note(i));
                }
              });

  private final ModelEventStore bank = store(1);
  private final ModelEventStore notes = store(2);

  private static ModelEventStore store(int id) {
    return ModelEventStore.create(InstantSource.system(), new UUID(4, id));
  }

  private Millrace host(Reaction reaction) {
    return Millrace.builder()
        .host(Bank.context().reaction(reaction).build(), bank)
        .host(NOTES, notes)
        .start();
  }

  private RecordedEvent event(long position) {
    return bank.read(Query.all().acrossTenants(), position, Direction.FORWARD, 1).events().get(0);
  }

  private static Receipt deposit(Millrace millrace, long cents, Tenant tenant) {
    CommandEnvelope envelope = CommandEnvelope.of("deposit-" + cents).forTenant(tenant);
    Outcome<NoRejection> outcome = millrace.send(new Bank.Deposit("a", cents), envelope);
    Receipt receipt = ((Accepted<?>) outcome).receipt();
    millrace.await("bookkeeping", receipt, Duration.ofSeconds(20));
    return receipt;
  }

  @Test
  void theyAreFoundInEveryContextAcrossGapsAndHoweverFarAway() {
    Millrace first = Millrace.host(Bank.context().build(), bank);
    first.send(new Bank.Deposit("a", 5), "begin");
    for (int i = 0; i < MANY; i++) { // stands between the event and its effects
      first.send(new Bank.Withdraw("a", 0), "between-" + i);
    }
    try (Millrace millrace = host(REACTION)) {
      deposit(millrace, 0, Tenant.DEFAULT);

      Effects effects = millrace.effects("bank", event(1), 100);

      assertThat(effects.complete()).isTrue();
      assertThat(effects.events())
          .extracting(effect -> effect.context() + " " + effect.event().type())
          .containsExactly(
              "bank greeted",
              "notes noted",
              "notes noted",
              "notes noted",
              "notes noted",
              "notes noted",
              "notes noted");
      assertThat(effects.events().get(0).event().position()).isGreaterThan(MANY);
      assertThat(effects.events()).allMatch(effect -> effect.reaction().equals("bookkeeping"));
    }
  }

  @Test
  void anEventThatNobodyAnswersHasNoneAndATenantOnlyHisOwn() {
    try (Millrace millrace = host(REACTION)) {
      Tenant acme = new Tenant("acme");
      deposit(millrace, 1, Tenant.DEFAULT);
      Receipt ofAcme = deposit(millrace, 3, acme);

      List<Effects.Effect> found = millrace.effects("bank", event(ofAcme.last()), 100).events();
      RecordedEvent greeting = found.get(0).event();

      assertThat(found).hasSize(5).allMatch(effect -> effect.event().tenant().equals(acme));
      assertThat(millrace.effects("bank", greeting, 100)).isEqualTo(new Effects(List.of(), true));
    }
  }

  @Test
  void theyAreNotCompleteBeyondTheLimitOrBeforeTheReactionHasPassed() {
    try (Millrace millrace = host(REACTION)) {
      Receipt receipt = deposit(millrace, 9, Tenant.DEFAULT);

      Effects some = millrace.effects("bank", event(receipt.last()), 4);

      assertThat(some.events()).hasSize(4);
      assertThat(some.complete()).isFalse();
    }
    ModelEventStore another = bank.reopen();
    try (Millrace without =
        Millrace.builder()
            .host(Bank.context().reaction(REACTION).build(), another)
            .withoutProcessors()
            .start()) {
      without.send(new Bank.Deposit("b", 1), "later");
      RecordedEvent unanswered =
          another
              .read(Query.all().acrossTenants(), another.head(), Direction.FORWARD, 1)
              .events()
              .get(0);

      assertThat(without.effects("bank", unanswered, 4)).isEqualTo(new Effects(List.of(), false));
    }
  }
}
