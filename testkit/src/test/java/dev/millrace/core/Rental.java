package dev.millrace.core;

import static dev.millrace.core.Decision.accept;
import static dev.millrace.core.Decision.reject;

import java.time.Duration;
import java.time.Instant;

/** A library that lends books, and wants them back: deadlines that are set, moved and cancelled. */
final class Rental {
  static final Duration PERIOD = Duration.ofDays(14);
  static final Tag<String> BOOK = Tag.named("book");

  sealed interface Event {
    String book();
  }

  record Lent(String book, Instant until) implements Event {}

  record Renewed(String book, Instant until) implements Event {}

  record Returned(String book) implements Event {}

  record Reminded(String book) implements Event {}

  record Counted(String book, Instant at) implements Event {}

  /** It stands on the shelf, or not. */
  record Refused(String why) {}

  record Lend(String book, Instant until) implements Command<Refused> {}

  record Renew(String book, Instant until) implements Command<Refused> {}

  record Return(String book) implements Command<Refused> {}

  record Remind(String book) implements Command<Refused> {}

  record Reserve(String book, Duration lapse) implements Command<Refused> {}

  record Lapse(String book) implements Command<Refused> {}

  record Count(String book, Instant at) implements Command<NoRejection> {}

  static final View<String, Boolean> LENT =
      View.of(Boolean.class)
          .keyed(BOOK)
          .starting(false)
          .on(Lent.class, (lent, event) -> true)
          .on(Returned.class, (lent, event) -> false);

  private Rental() {}

  static Context.Builder<Event> context() {
    return Context.named("rental")
        .events(
            Events.of(Event.class)
                .tag(BOOK, Event::book)
                .name("lent", Lent.class)
                .name("renewed", Renewed.class)
                .name("returned", Returned.class)
                .name("reminded", Reminded.class)
                .name("counted", Counted.class))
        .on(Lend.class)
        .reading(LENT, Lend::book)
        .decide((lent, command) ->
            lent
                ? reject(new Refused("it is lent"))
                : Decision.<Event, Refused>accept(new Lent(command.book(), command.until()))
                    .deadline(command.book(), command.until(), new Remind(command.book())))
        .on(Renew.class)
        .reading(LENT, Renew::book)
        .decide((lent, command) ->
            lent
                ? Decision.<Event, Refused>accept(new Renewed(command.book(), command.until()))
                    .deadline(command.book(), command.until(), new Remind(command.book()))
                : reject(new Refused("it is not lent")))
        .on(Return.class)
        .reading(LENT, Return::book)
        .decide((lent, command) ->
            lent
                ? Decision.<Event, Refused>accept(new Returned(command.book()))
                    .cancelDeadline(command.book())
                : reject(new Refused("it is not lent")))
        .on(Remind.class)
        .reading(LENT, Remind::book)
        .decide((lent, command) ->
            lent ? accept(new Reminded(command.book())) : reject(new Refused("it is not lent")))
        .on(Reserve.class)
        .decide(command ->
            Decision.<Event, Refused>accept()
                .deadline("lapse/" + command.book(), command.lapse(), new Lapse(command.book())))
        .on(Lapse.class)
        .decide(command -> {
          if (command.book().equals("poison")) {
            throw new IllegalStateException("nobody can decide this");
          }
          return reject(new Refused("it lapsed"));
        })
        .on(Count.class)
        .decide(command -> accept(new Counted(command.book(), command.at())));
  }
}
