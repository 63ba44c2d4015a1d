package dev.millrace.core;

import dev.millrace.core.deadline.DeadlineStatus.ScheduleStatus;
import dev.millrace.core.deadline.Missed;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where a schedule is, and what it has to do next. Decides only; used by one worker. */
final class ScheduleRun {
  /** What is so late is not missed. */
  private static final Duration GRACE = Duration.ofMinutes(1);

  /** Occurrences that are looked at in one step. */
  private static final int MOST = 10_000;

  private final Schedule schedule;
  private @Nullable Instant reached;
  private @Nullable Instant next;
  private boolean nextIsKnown;
  private int notTold;
  private Instant notBefore = Instant.MIN;
  private boolean inFlight;
  private int attempts;
  private @Nullable String problem;

  /** What follows from the time. */
  sealed interface Act {
    /** Nothing, before an instant. */
    record Wait(Instant until) implements Act {}

    /** Nothing any more, or until something else ends. */
    record Rest() implements Act {}

    /** An occurrence is sent. */
    record Send(Instant occurrence) implements Act {}

    /** It is recorded that everything up to here was dealt with. */
    record Pass(Instant to) implements Act {}

    /** There is more to look at. */
    record Again() implements Act {}
  }

  ScheduleRun(Schedule schedule) {
    this.schedule = schedule;
  }

  Schedule schedule() {
    return schedule;
  }

  /** It was recorded that it is so far. Asks the recurrence nothing: that may throw. */
  void reached(Instant at) {
    if (reached == null || at.isAfter(reached)) {
      reached = at;
      next = null;
      nextIsKnown = false;
    }
  }

  private @Nullable Instant next(Instant after) {
    if (!nextIsKnown) {
      next = schedule.recurrence().next(after).orElse(null);
      nextIsKnown = true;
    }
    return next;
  }

  /** What to do now, when all that is recorded is known. Throws what the recurrence throws. */
  Act act(Instant now) {
    if (inFlight) {
      return new Act.Rest();
    }
    if (reached == null) {
      reached(now);
      return new Act.Pass(now);
    }
    if (notBefore.isAfter(now)) {
      return new Act.Wait(notBefore);
    }
    Act act = decide(reached, now);
    if (notTold > 0) {
      notTold = 0;
      problem = null;
    }
    return act;
  }

  private Act decide(Instant after, Instant now) {
    Instant due = next(after);
    if (due == null) {
      return new Act.Rest();
    }
    if (due.isAfter(now)) {
      return new Act.Wait(due);
    }
    if (schedule.missed() != Missed.ALL && attempts == 0) {
      for (int i = 0; i < MOST; i++) {
        Instant later = schedule.recurrence().next(due).orElse(null);
        if (later == null || later.isAfter(now)) {
          return last(due, now);
        }
        due = later;
        next = due;
      }
      return new Act.Again();
    }
    inFlight = true;
    return new Act.Send(due);
  }

  private Act last(Instant due, Instant now) {
    if (schedule.missed() == Missed.NONE && due.plus(GRACE).isBefore(now)) {
      reached(due);
      return new Act.Pass(due);
    }
    inFlight = true;
    return new Act.Send(due);
  }

  /** The command of an occurrence was decided. */
  void sent(Instant occurrence) {
    inFlight = false;
    attempts = 0;
    problem = null;
    reached(occurrence);
  }

  /** It could not be decided. */
  void failed(Instant notBefore, String problem) {
    inFlight = false;
    attempts++;
    this.notBefore = notBefore;
    this.problem = problem;
  }

  /** Its recurrence threw. No occurrence was tried, so which one is sent is still open. */
  void cannotTell(Instant notBefore, String problem) {
    notTold++;
    this.notBefore = notBefore;
    this.problem = problem;
  }

  /** How often in a row the recurrence threw. */
  int notTold() {
    return notTold;
  }

  /** The clock was put back. */
  void retryFrom(Instant now) {
    if (notBefore.isAfter(now)) {
      notBefore = now;
    }
  }

  int attempts() {
    return attempts;
  }

  ScheduleStatus status() {
    return new ScheduleStatus(schedule.name(), reached, next, problem);
  }
}
