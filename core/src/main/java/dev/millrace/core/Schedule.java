package dev.millrace.core;

import dev.millrace.core.deadline.Missed;
import dev.millrace.core.deadline.Recurrence;
import java.time.Instant;
import java.util.function.Function;

/**
 * Commands that are sent again and again, at times that a {@link Recurrence} says. Each occurrence
 * is decided once, whatever crashes and however many processes have the schedule, as the id of its
 * command is made of the schedule's name and its time. Immutable.
 *
 * <pre>{@code
 * Schedule.named("month-end", Cron.of("0 2 1 * *", ZoneId.of("Europe/Berlin")))
 *     .sending(at -> new CloseMonth(at))
 *     .whenMissed(Missed.ALL)
 * }</pre>
 */
public final class Schedule {
  private final String name;
  private final Recurrence recurrence;
  private final Function<Instant, ? extends Command<?>> command;
  private final Missed missed;

  private Schedule(
      String name,
      Recurrence recurrence,
      Function<Instant, ? extends Command<?>> command,
      Missed missed) {
    this.name = name;
    this.recurrence = recurrence;
    this.command = command;
    this.missed = missed;
  }

  /**
   * Begins a schedule.
   *
   * @param name stable: under it the store keeps how far it is; at most 256 characters
   * @param recurrence when; its first occurrence is the one after the moment when the schedule is
   *     seen for the first time
   */
  public static Named named(String name, Recurrence recurrence) {
    if (name.isBlank() || name.length() > Timing.MAX_KEY_LENGTH) {
      throw new IllegalArgumentException(
          "the name of a schedule has 1 to "
              + Timing.MAX_KEY_LENGTH
              + " characters: '"
              + name
              + "'");
    }
    return new Named(name, recurrence);
  }

  /** A schedule that sends nothing yet. */
  public record Named(String name, Recurrence recurrence) {
    /**
     * What is sent: a pure function of the occurrence's time. The command is decided by the
     * schedule's own context, for the default tenant.
     */
    public Schedule sending(Function<Instant, ? extends Command<?>> command) {
      return new Schedule(name, recurrence, command, Missed.LATEST);
    }
  }

  /** The same, but for what is done about missed occurrences; {@link Missed#LATEST} unless set. */
  public Schedule whenMissed(Missed missed) {
    return new Schedule(name, recurrence, command, missed);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** When its occurrences are. */
  public Recurrence recurrence() {
    return recurrence;
  }

  Missed missed() {
    return missed;
  }

  Command<?> commandAt(Instant occurrence) {
    return command.apply(occurrence);
  }
}
