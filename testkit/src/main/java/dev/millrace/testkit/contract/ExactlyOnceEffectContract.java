package dev.millrace.testkit.contract;

import static dev.millrace.core.Decision.accept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Command;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Inbox;
import dev.millrace.core.Millrace;
import dev.millrace.core.NoRejection;
import dev.millrace.core.Projection;
import dev.millrace.core.Publication;
import dev.millrace.core.Tag;
import dev.millrace.core.channel.Channel;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.testkit.ModelEventStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * What a channel that keeps the order of keys must give, whatever breaks: payments go from a store
 * over a real broker into another context and its rows, while producer and consumer are started
 * anew, connections are cut and the broker is crashed, each in turn after so many payments,
 * whatever is under way then. In the end each account has the sum of its payments, in their order.
 */
public abstract class ExactlyOnceEffectContract {
  /** Whether there is time for more. */
  protected static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");

  private static final int FAULTS = NIGHTLY ? 20 : 4;
  private static final int ACCOUNTS = 200;
  private static final Duration LOOK = Duration.ofMillis(20);

  record Paid(int account, long number) {}

  record Pay(int account, long number) implements Command<NoRejection> {}

  record PaymentMade(int account, long number) {}

  record Received(int account, long number) {}

  /** What an account was paid: how often, the sum, and the number of the last. */
  record Balance(long payments, long sum, long last) {}

  private static final Tag<Integer> ACCOUNT = Tag.named("account", String::valueOf);
  private static final Context TILL =
      Context.named("till")
          .events(Events.of(Paid.class).tag(ACCOUNT, Paid::account).name("paid", Paid.class))
          .on(Pay.class)
          .decide(command -> accept(new Paid(command.account(), command.number())))
          .publication(
              Publication.named("payments-out")
                  .to("payments")
                  .on(
                      Paid.class,
                      (event, messages) ->
                          messages.publish(
                              "payment-made", new PaymentMade(event.account(), event.number()))))
          .build();

  private final long seed = Long.getLong("millrace.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);
  private final MemoryReadModel rows = new MemoryReadModel();
  private ModelEventStore till = store(1);
  private ModelEventStore ledger = store(2);

  private static ModelEventStore store(int id) {
    return ModelEventStore.create(Clock.systemUTC(), new UUID(id, 1));
  }

  /** The channel; the same whenever it is asked for. */
  protected abstract String url();

  /** How many payments go over it. */
  protected abstract int payments();

  /** How many are made at once; a fault comes between, so that there must be many more of them. */
  protected abstract int atOnce();

  /** How long what is under way may take to arrive, in the end. */
  protected Duration patience() {
    return Duration.ofMinutes(4);
  }

  /** Cuts all connections with the broker; new ones can be made. */
  protected abstract void cutNetwork() throws Exception;

  /** Ends the broker without warning, and starts it again with what it had. */
  protected abstract void crashBroker() throws Exception;

  private Millrace producer() {
    return Millrace.builder().channel("payments", Channel.open(url())).host(TILL, till).start();
  }

  private Millrace consumer() {
    Context context =
        Context.named("ledger")
            .events(Events.of(Received.class).name("received", Received.class))
            .inbox(
                Inbox.named("payments-in")
                    .from("payments")
                    .on("payment-made", Received.class)
                    .about(ACCOUNT))
            .projection(
                Projection.named("balances", 1)
                    .into(rows)
                    .on(Received.class, ExactlyOnceEffectContract::add))
            .build();
    return Millrace.builder()
        .channel("payments", Channel.open(url()))
        .host(context, ledger)
        .start();
  }

  private static void add(Received event, MemoryTables tables) {
    MemoryTables.Table<Integer, Balance> balances = tables.table("balances");
    Balance before = balances.get(event.account());
    Balance found = before == null ? new Balance(0, 0, 0) : before;
    if (event.number() <= found.last()) {
      throw new IllegalStateException(
          event + " comes after payment " + found.last() + " of the same account");
    }
    balances.put(
        event.account(),
        new Balance(found.payments() + 1, found.sum() + event.number(), event.number()));
  }

  private void pay(int from, int to, long[] expected) {
    List<CompletableFuture<?>> appended = new ArrayList<>();
    for (int number = from; number < to; number++) {
      int account = random.nextInt(ACCOUNTS);
      expected[account] += number;
      NewEvent event = TILL.writeEvent(new Paid(account, number));
      appended.add(till.append(Append.of(new UUID(9, number), List.of(event))));
    }
    CompletableFuture.allOf(appended.toArray(CompletableFuture<?>[]::new)).join();
  }

  private long counted() {
    return rows.read(tables ->
        tables.<Integer, Balance>table("balances").rows().stream()
            .mapToLong(row -> row.getValue().payments())
            .sum());
  }

  @Test
  void sumsAreEqualWhateverIsKilled() throws Exception {
    int payments = payments();
    int atOnce = atOnce();
    long[] expected = new long[ACCOUNTS];
    Millrace producer = producer();
    Millrace consumer = consumer();
    int faults = 0;
    for (int paid = 1; paid <= payments; paid += atOnce) {
      pay(paid, Math.min(paid + atOnce, payments + 1), expected);
      if (paid / atOnce % (payments / atOnce / FAULTS) == 3) { // each kind in turn
        switch (faults++ % 4) {
          case 0 -> cutNetwork();
          case 1 -> {
            producer.close();
            till = till.reopen();
            producer = producer();
          }
          case 2 -> {
            consumer.close();
            ledger = ledger.reopen();
            consumer = consumer();
          }
          default -> crashBroker();
        }
      }
    }
    long end = System.nanoTime() + patience().toNanos();
    while (counted() < payments) {
      assertThat(System.nanoTime())
          .as(
              "seed %d: %d of %d; %s %s",
              seed, counted(), payments, producer.processors(), consumer.inboxes())
          .isLessThan(end);
      SystemSeams.shared().scheduler().after(LOOK).join();
    }
    consumer.close();
    producer.close();
    for (int account = 0; account < ACCOUNTS; account++) {
      int one = account;
      Balance found = rows.read(tables -> tables.<Integer, Balance>table("balances").get(one));
      assertThat(found).as("seed %d, account %d", seed, account).isNotNull();
      assertThat(found.sum()).as("seed %d, account %d", seed, account).isEqualTo(expected[one]);
    }
    assertThat(faults).as("seed %d", seed).isGreaterThanOrEqualTo(FAULTS);
  }
}
