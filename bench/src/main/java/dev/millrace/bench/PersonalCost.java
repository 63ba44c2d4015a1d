package dev.millrace.bench;

import static dev.millrace.core.Decision.accept;

import dev.millrace.core.Command;
import dev.millrace.core.CommandEnvelope;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.NoRejection;
import dev.millrace.core.Outcome;
import dev.millrace.core.Tag;
import dev.millrace.core.personal.Personal;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * What one personal value in each event and command costs: commands that are decided, and events
 * that are decoded again, with and without the value being read. A thousand people, whose keys are
 * there before the time is taken.
 */
final class PersonalCost {
  private static final int OUTSTANDING = 256;
  private static final int PEOPLE = 1_000;
  private static final String WITHOUT = "without";
  private static final String WITH = "with a personal value";
  private static final String NOTE = "n".repeat(150);
  private static final Tag<String> CUSTOMER = Tag.named("customer");

  record Plain(String customer, String name, String note) {}

  record PlainCommand(String customer, String name, String note) implements Command<NoRejection> {}

  record Sealed(String customer, Personal<String> name, String note) {}

  record SealedCommand(String customer, Personal<String> name, String note)
      implements Command<NoRejection> {}

  private PersonalCost() {}

  static void measure(Path folder, int events, Map<String, Map<String, Double>> rates) {
    Context plain =
        Context.named("plain")
            .events(
                Events.of(Plain.class).tag(CUSTOMER, Plain::customer).name("plain", Plain.class))
            .on(PlainCommand.class)
            .decide(
                command -> accept(new Plain(command.customer(), command.name(), command.note())))
            .build();
    try (Millrace millrace =
        Millrace.host(plain, EventStore.open("log:" + folder.resolve("plain")))) {
      send(rates, WITHOUT, millrace, events, i -> new PlainCommand(customer(i), name(i), NOTE));
      decode(rates, "events decoded", WITHOUT, millrace, event -> ((Plain) event).note().length());
      decode(
          rates,
          "events decoded, value read",
          WITHOUT,
          millrace,
          event -> ((Plain) event).name().length());
    }
    Context sealed =
        Context.named("sealed")
            .events(
                Events.of(Sealed.class)
                    .tag(CUSTOMER, Sealed::customer)
                    .personal(CUSTOMER, Sealed::customer)
                    .name("sealed", Sealed.class))
            .on(SealedCommand.class)
            .personal(CUSTOMER, SealedCommand::customer)
            .decide(
                command -> accept(new Sealed(command.customer(), command.name(), command.note())))
            .build();
    try (SubjectKeys keys = SubjectKeys.open("keys:" + folder.resolve("keys"));
        Millrace millrace =
            Millrace.host(sealed, EventStore.open("log:" + folder.resolve("sealed")), keys)) {
      send(
          rates,
          WITH,
          millrace,
          events,
          i -> new SealedCommand(customer(i), Personal.of(name(i)), NOTE));
      decode(rates, "events decoded", WITH, millrace, event -> ((Sealed) event).note().length());
      decode(
          rates,
          "events decoded, value read",
          WITH,
          millrace,
          event -> ((Sealed) event).name().orElse("").length());
    }
  }

  private static String customer(int number) {
    return "c-" + number % PEOPLE;
  }

  private static String name(int number) {
    return "Firstname Lastname " + number;
  }

  private static void send(
      Map<String, Map<String, Double>> rates,
      String kind,
      Millrace millrace,
      int commands,
      IntFunction<Command<NoRejection>> command) {
    run(millrace, 0, PEOPLE, command);
    long began = System.nanoTime();
    run(millrace, PEOPLE, commands, command);
    double rate = EncryptionCost.perSecond(commands - PEOPLE, began);
    EncryptionCost.keep(rates, "commands, 256 outstanding", kind, rate);
  }

  private static void run(
      Millrace millrace, int from, int to, IntFunction<Command<NoRejection>> command) {
    ArrayDeque<CompletableFuture<Outcome<NoRejection>>> outstanding = new ArrayDeque<>();
    for (int i = from; i < to; i++) {
      if (outstanding.size() == OUTSTANDING) {
        var _ = outstanding.remove().join();
      }
      outstanding.add(millrace.submit(command.apply(i), CommandEnvelope.of("c-" + i)));
    }
    outstanding.forEach(CompletableFuture::join);
  }

  private static void decode(
      Map<String, Map<String, Double>> rates,
      String work,
      String kind,
      Millrace millrace,
      ToIntFunction<Object> reader) {
    Context context = millrace.contexts().getFirst();
    EventStore store = millrace.store(context.name());
    long began = System.nanoTime();
    long count = 0;
    long sum = 0;
    for (long from = 1; from <= store.head(); ) {
      EventPage page = store.read(Query.all(), from, Direction.FORWARD, 1_000);
      for (RecordedEvent event : page.events()) {
        sum += reader.applyAsInt(context.readEvent(event));
      }
      count += page.events().size();
      from = page.examined() + 1;
    }
    if (sum <= 0) {
      throw new IllegalStateException("reading " + count + " events read nothing");
    }
    EncryptionCost.keep(rates, work, kind, EncryptionCost.perSecond(count, began));
  }
}
