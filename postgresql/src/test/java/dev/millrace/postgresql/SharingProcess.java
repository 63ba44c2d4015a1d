package dev.millrace.postgresql;

import static dev.millrace.core.Decision.accept;

import dev.millrace.core.Command;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.NoRejection;
import dev.millrace.core.Projection;
import dev.millrace.core.Reaction;
import dev.millrace.core.Tag;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.JdbcTransaction;
import dev.millrace.core.store.EventStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/**
 * One of several processes that share the work: projections in order and by account, and a
 * reaction. It leaves when its input ends, and says so.
 */
final class SharingProcess {
  static final Tag<String> ACCOUNT = Tag.named("account");
  private static final long MODULUS = 1_000_000_007L;

  sealed interface Booked {}

  record Paid(String account, long number) implements Booked {}

  record Noted(long number) implements Booked {}

  record Note(long number) implements Command<NoRejection> {}

  static final Events<Booked> EVENTS =
      Events.of(Booked.class)
          .tag(Paid.class, ACCOUNT, Paid::account)
          .name("paid", Paid.class)
          .name("noted", Noted.class);

  private SharingProcess() {}

  /** How what was handled in this order is told from any other. */
  static long folded(long before, long number) {
    return (before * 31 + number) % MODULUS;
  }

  /** The context, with read models in two tables. */
  static Context context(JdbcReadModel readModel) {
    return Context.named("bank")
        .events(EVENTS)
        .on(Note.class)
        .decide(command -> accept(new Noted(command.number())))
        .projection(
            Projection.named("in_order", 1)
                .into(readModel)
                .batchesOf(50)
                .on(Paid.class, (event, rows) -> count(rows, "in_order", "all", event)))
        .projection(
            Projection.named("by_account", 1)
                .into(readModel)
                .keyedBy(ACCOUNT)
                .concurrency(8)
                .batchesOf(20)
                .on(Paid.class, (event, rows) -> count(rows, "by_account", event.account(), event)))
        .reaction(
            Reaction.named("notes")
                .on(Paid.class, (event, commands) -> commands.send(new Note(event.number()))))
        .build();
  }

  /** Makes a table; whoever looks on does. */
  static String table(String name) {
    return "CREATE TABLE "
        + name
        + " (name VARCHAR(40) PRIMARY KEY, handled BIGINT NOT NULL, folded BIGINT NOT NULL)";
  }

  private static void count(JdbcTransaction rows, String table, String name, Paid event) {
    int updated =
        rows.update(
            "UPDATE "
                + table
                + " SET handled = handled + 1, folded = (folded * 31 + ?) % ? WHERE name = ?",
            event.number(),
            MODULUS,
            name);
    if (updated == 0) {
      rows.update("INSERT INTO " + table + " VALUES (?, 1, ?)", name, folded(0, event.number()));
    }
  }

  /** Takes its name, the store, the read model, and the time of a lease in milliseconds. */
  public static void main(String[] arguments) throws IOException {
    Locale.setDefault(Locale.ROOT);
    JdbcReadModel readModel = JdbcReadModel.open(arguments[2]);
    try (Millrace runtime =
        Millrace.builder()
            .member(arguments[0])
            .leaseTime(Duration.ofMillis(Long.parseLong(arguments[3])))
            .host(context(readModel), EventStore.open(arguments[1]))
            .start()) {
      System.out.println("started");
      while (System.in.read() >= 0) {
        // it lives until nobody holds its input any more
      }
      runtime.stopProcessors().join();
    }
    readModel.close();
    System.out.println("left");
  }
}
