package dev.millrace.core;

import static dev.millrace.core.Decision.accept;
import static dev.millrace.core.Decision.reject;

import java.util.List;
import java.util.Map;

/** A small context for the tests of the runtime. */
final class Bank {
  private Bank() {}

  sealed interface Banked {
    String account();
  }

  record Opened(String account, String owner) implements Banked {}

  record Deposited(String account, long cents) implements Banked {}

  record Withdrawn(String account, long cents) implements Banked {}

  record Greeted(String account, String text) implements Banked {}

  record Overdrawn(long missing) {}

  record AlreadyOpen(String owner) {}

  record Open(String account, String owner) implements Command<AlreadyOpen> {}

  record Deposit(String account, long cents) implements Command<NoRejection> {}

  record Withdraw(String account, long cents) implements Command<Overdrawn> {}

  record Transfer(String from, String to, long cents) implements Command<Overdrawn> {}

  /** Takes the same from each of several accounts, or nothing. */
  record Collect(List<String> accounts, long cents) implements Command<Overdrawn> {}

  record Greet(String account, String owner) implements Command<NoRejection> {}

  static final Tag<String> ACCOUNT = Tag.named("account");

  static final Events<Banked> EVENTS =
      Events.of(Banked.class)
          .tag(ACCOUNT, Banked::account)
          .name("opened", Opened.class)
          .name("deposited", Deposited.class)
          .name("withdrawn", Withdrawn.class)
          .name("greeted", Greeted.class);

  static final View<String, Long> BALANCE =
      View.of(Long.class)
          .keyed(ACCOUNT)
          .starting(0L)
          .on(Deposited.class, (balance, event) -> balance + event.cents())
          .on(Withdrawn.class, (balance, event) -> balance - event.cents());

  static final View<String, String> OWNER =
      View.of(String.class)
          .keyed(ACCOUNT)
          .starting("")
          .on(Opened.class, (owner, event) -> event.owner());

  static final View<String, Boolean> GREETED =
      View.of(Boolean.class)
          .keyed(ACCOUNT)
          .starting(false)
          .on(Greeted.class, (greeted, event) -> true);

  static Context.Builder<Banked> context() {
    return context(BALANCE);
  }

  static Context.Builder<Banked> context(View<String, Long> balance) {
    return Context.named("bank")
        .events(EVENTS)
        .on(Open.class)
        .reading(OWNER, Open::account)
        .decide((owner, command) ->
            owner.isEmpty()
                ? accept(new Opened(command.account(), command.owner()))
                : reject(new AlreadyOpen(owner)))
        .on(Deposit.class)
        .decide(command ->
            command.cents() == 0
                ? accept()
                : accept(new Deposited(command.account(), command.cents())))
        .on(Withdraw.class)
        .reading(balance, Withdraw::account)
        .decide((cents, command) ->
            cents < command.cents()
                ? reject(new Overdrawn(command.cents() - cents))
                : accept(new Withdrawn(command.account(), command.cents())))
        .on(Transfer.class)
        .reading(balance, Transfer::from)
        .reading(OWNER, Transfer::to)
        .decide(Bank::transfer)
        .on(Collect.class)
        .readingEach(balance, Collect::accounts)
        .decide(Bank::collect)
        .on(Greet.class)
        .reading(GREETED, Greet::account)
        .decide((greeted, command) ->
            greeted
                ? accept()
                : accept(new Greeted(command.account(), "Hello " + command.owner())));
  }

  private static Decision<Banked, Overdrawn> transfer(
      Long balance, String owner, Transfer command) {
    if (owner.isEmpty() || balance < command.cents()) {
      return reject(new Overdrawn(command.cents() - balance));
    }
    return accept(
        new Withdrawn(command.from(), command.cents()),
        new Deposited(command.to(), command.cents()));
  }

  private static Decision<Banked, Overdrawn> collect(Map<String, Long> balances, Collect command) {
    for (long balance : balances.values()) {
      if (balance < command.cents()) {
        return reject(new Overdrawn(command.cents() - balance));
      }
    }
    return accept(
        balances.keySet().stream()
            .map(account -> new Withdrawn(account, command.cents()))
            .toList());
  }

  static final Reaction WELCOME =
      Reaction.named("welcome")
          .on(
              Opened.class,
              (event, commands) -> commands.send(new Greet(event.account(), event.owner())));
}
