package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.Tenant;
import dev.millrace.testkit.DeciderFixture;
import org.junit.jupiter.api.Test;

class DeciderFixtureTest {
  private final DeciderFixture bank = DeciderFixture.of(Bank.context().build());

  @Test
  void itReadsLikeTheStory() {
    bank.given(new Bank.Deposited("a", 300))
        .when(new Bank.Withdraw("a", 500))
        .thenRejected(new Bank.Overdrawn(200))
        .when(new Bank.Withdraw("a", 100), CommandEnvelope.of("w"))
        .thenAccepted(new Bank.Withdrawn("a", 100))
        .when(new Bank.Withdraw("a", 100), CommandEnvelope.of("w"))
        .thenRepeated()
        .when(new Bank.Withdraw("a", 1), CommandEnvelope.of("w").forTenant(new Tenant("t")))
        .thenRejected(new Bank.Overdrawn(1));
  }

  @Test
  void itFailsWhenSomethingElseFollows() {
    bank.given(new Bank.Deposited("a", 300));
    assertFails(() -> bank.when(new Bank.Withdraw("a", 1)).thenRejected(new Bank.Overdrawn(1)));
    assertFails(() -> bank.when(new Bank.Withdraw("a", 1)).thenAccepted());
    assertFails(
        () -> bank.when(new Bank.Withdraw("a", 1)).thenAccepted(new Bank.Withdrawn("a", 2)));
    assertFails(() -> bank.when(new Bank.Withdraw("a", 900)).thenAccepted());
    assertFails(() -> bank.when(new Bank.Withdraw("a", 900)).thenRejected(new Bank.Overdrawn(1)));
    assertFails(() -> bank.when(new Bank.Withdraw("a", 1)).thenRepeated());
  }

  private static void assertFails(Runnable check) {
    assertThatThrownBy(check::run).isInstanceOf(AssertionError.class);
  }
}
