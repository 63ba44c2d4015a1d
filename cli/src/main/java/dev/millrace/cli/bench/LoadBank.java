package dev.millrace.cli.bench;

import static dev.millrace.core.Decision.accept;

import dev.millrace.core.Command;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.NoRejection;
import dev.millrace.core.Tag;
import dev.millrace.core.View;

/** What is measured: a command that reads its account's balance and appends one event. */
final class LoadBank {
  static final String NAME = "bank";
  static final String COMMAND = "deposit";

  private record Deposited(String account, long cents) {}

  private record Deposit(String account, long cents) implements Command<NoRejection> {}

  private static final Tag<String> ACCOUNT = Tag.named("account");

  private static final View<String, Long> BALANCE =
      View.of(Long.class)
          .keyed(ACCOUNT)
          .starting(0L)
          .on(Deposited.class, (balance, event) -> balance + event.cents());

  private LoadBank() {}

  static Context context() {
    return Context.named(NAME)
        .events(
            Events.of(Deposited.class)
                .tag(ACCOUNT, Deposited::account)
                .name("deposited", Deposited.class))
        .on(Deposit.class)
        .reading(BALANCE, Deposit::account)
        .decide((balance, command) -> accept(new Deposited(command.account(), command.cents())))
        .build();
  }
}
