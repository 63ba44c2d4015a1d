package dev.millrace.bench;

import static dev.millrace.core.Decision.accept;
import static dev.millrace.core.Decision.reject;

import dev.millrace.cli.bench.LogBenchmark.Size;
import dev.millrace.core.Accepted;
import dev.millrace.core.Command;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.Tag;
import dev.millrace.core.View;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Deposits to accounts that are drawn at random: each reads its account and appends one event. */
final class CommandSubject implements Subject {
  /** Accounts, so that few commands meet on one. */
  private static final int ACCOUNTS = 10_000;

  private static final int FEW_ACCOUNTS = 200;

  /** Cents that an account takes. */
  static final long LIMIT = Long.MAX_VALUE / 2;

  /** With the account and the cents an event of 253 to 256 bytes, as JSON, for all alike. */
  private static final int NOTE_CHARACTERS = 218;

  private static final int NOTE_COUNT = 4_096;
  private static final long SEED = 2026;
  private static final List<String> NOTES = notes();

  private record Deposited(String account, long cents, String note) {}

  private record Full(long limit) {}

  private record Deposit(String account, long cents, String note) implements Command<Full> {}

  private static final Tag<String> ACCOUNT = Tag.named("account");

  private static final View<String, Long> BALANCE =
      View.of(Long.class)
          .keyed(ACCOUNT)
          .starting(0L)
          .on(Deposited.class, (balance, event) -> balance + event.cents());

  private final Millrace millrace;
  private final int accounts;
  private final String run;
  private final AtomicLong numbers = new AtomicLong();

  /**
   * A subject.
   *
   * @param accounts on how many
   * @param run which no other run on the store has
   */
  CommandSubject(Millrace millrace, int accounts, String run) {
    this.millrace = millrace;
    this.accounts = accounts;
    this.run = run;
  }

  static int accounts(Size size) {
    return size == Size.TINY ? FEW_ACCOUNTS : ACCOUNTS;
  }

  static Context context() {
    return Context.named("bank")
        .events(
            Events.of(Deposited.class)
                .tag(ACCOUNT, Deposited::account)
                .name("deposited", Deposited.class))
        .on(Deposit.class)
        .reading(BALANCE, Deposit::account)
        .decide((balance, command) ->
            balance + command.cents() > LIMIT
                ? reject(new Full(LIMIT))
                : accept(new Deposited(command.account(), command.cents(), command.note())))
        .build();
  }

  /** What fills up an event; drawn at random, so that nothing is gained by packing it. */
  static String note() {
    return NOTES.get(ThreadLocalRandom.current().nextInt(NOTES.size()));
  }

  private static List<String> notes() {
    SplittableRandom random = new SplittableRandom(SEED);
    return Stream.generate(() ->
            random
                .ints(NOTE_CHARACTERS, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString())
        .limit(NOTE_COUNT)
        .toList();
  }

  /** Each account once, so that none is new when it counts. */
  void touchAll() throws InterruptedException {
    var touched = new AtomicLong();
    var threads = new Thread[64];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.ofVirtual()
              .start(() -> {
                long account;
                while ((account = touched.getAndIncrement()) < accounts) {
                  send(account);
                }
              });
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Override
  public void append(int events) {
    send(ThreadLocalRandom.current().nextInt(accounts));
  }

  private void send(long account) {
    Deposit deposit = new Deposit(Long.toString(account), 1, note());
    if (!(millrace.send(deposit, run + numbers.getAndIncrement()) instanceof Accepted<?>)) {
      throw new IllegalStateException("a deposit was refused");
    }
  }

  @Override
  public void submit(int events, Consumer<@Nullable Throwable> answer) {
    throw new UnsupportedOperationException("commands are measured in a closed loop");
  }
}
