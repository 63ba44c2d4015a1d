package dev.millrace.node;

import static dev.millrace.core.Decision.accept;
import static dev.millrace.core.Decision.reject;

import dev.millrace.core.Command;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.NoRejection;
import dev.millrace.core.Projection;
import dev.millrace.core.Reaction;
import dev.millrace.core.Tag;
import dev.millrace.core.View;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.JdbcTransaction;

/** A small application for the tests. */
final class Bank {
  private Bank() {}

  sealed interface Banked {
    String account();
  }

  record Deposited(String account, long cents) implements Banked {}

  record Withdrawn(String account, long cents) implements Banked {}

  record Thanked(String account, long cents) implements Banked {}

  record Overdrawn(long missing) {}

  record Deposit(String account, long cents) implements Command<NoRejection> {}

  record Withdraw(String account, long cents) implements Command<Overdrawn> {}

  record Thank(String account, long cents) implements Command<NoRejection> {}

  static final Tag<String> ACCOUNT = Tag.named("account");

  static final Events<Banked> EVENTS =
      Events.of(Banked.class)
          .tag(ACCOUNT, Banked::account)
          .name("deposited", Deposited.class)
          .name("withdrawn", Withdrawn.class)
          .name("thanked", Thanked.class);

  static final View<String, Long> BALANCE =
      View.of(Long.class)
          .keyed(ACCOUNT)
          .starting(0L)
          .on(Deposited.class, (balance, event) -> balance + event.cents())
          .on(Withdrawn.class, (balance, event) -> balance - event.cents())
          .named("balance");

  /** Deposits of 1,000 and more are thanked for. */
  static final Reaction GRATITUDE =
      Reaction.named("gratitude")
          .on(
              Deposited.class,
              (event, commands) -> {
                if (event.cents() >= 1_000) {
                  commands.send(new Thank(event.account(), event.cents()));
                }
              });

  static Projection<JdbcTransaction> turnover(JdbcReadModel readModel) {
    return Projection.named("turnover", 1)
        .into(readModel)
        .showing("turnover")
        .creating(tx ->
            tx.update(
                "CREATE TABLE IF NOT EXISTS turnover"
                    + " (account VARCHAR(60) PRIMARY KEY, cents BIGINT NOT NULL)"))
        .clearing(tx -> tx.update("DELETE FROM turnover"))
        .on(
            Deposited.class,
            (event, tx) -> {
              if (tx.update(
                      "UPDATE turnover SET cents = cents + ? WHERE account = ?",
                      event.cents(),
                      event.account())
                  == 0) {
                tx.update(
                    "INSERT INTO turnover (account, cents) VALUES (?, ?)",
                    event.account(),
                    event.cents());
              }
            });
  }

  static Context.Builder<Banked> context() {
    return Context.named("bank")
        .events(EVENTS)
        .on(Deposit.class)
        .decide(command -> accept(new Deposited(command.account(), command.cents())))
        .on(Withdraw.class)
        .reading(BALANCE, Withdraw::account)
        .decide((balance, command) ->
            balance < command.cents()
                ? reject(new Overdrawn(command.cents() - balance))
                : accept(new Withdrawn(command.account(), command.cents())))
        .on(Thank.class)
        .decide(command -> accept(new Thanked(command.account(), command.cents())))
        .reaction(GRATITUDE);
  }
}
