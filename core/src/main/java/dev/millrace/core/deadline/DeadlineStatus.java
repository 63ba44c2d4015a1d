package dev.millrace.core.deadline;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the deadlines and schedules of a context stand.
 *
 * @param context whose
 * @param level whether all that is in the store is known; until then nothing is sent
 * @param open deadlines that are set and have not passed
 * @param due of these, those whose time has come
 * @param inFlight of these, those whose commands are being decided
 * @param failing open deadlines whose commands failed and are tried again
 * @param fired commands that were decided since the start, accepted or rejected
 * @param rejected of these, those that were rejected
 * @param next when the next deadline is due or tried again; null: none is open
 * @param lateBy how long the one that waits longest has been due; zero: none is
 * @param problem what failed last; null: nothing
 * @param schedules in the order in which they were added
 */
public record DeadlineStatus(
    String context,
    boolean level,
    long open,
    long due,
    int inFlight,
    long failing,
    long fired,
    long rejected,
    @Nullable Instant next,
    Duration lateBy,
    @Nullable String problem,
    List<ScheduleStatus> schedules) {

  public DeadlineStatus {
    schedules = List.copyOf(schedules);
  }

  /**
   * How a schedule stands.
   *
   * @param reached all occurrences up to here were dealt with; null: not known yet
   * @param next the next occurrence; null: there is none, or it is not known yet
   * @param problem why the occurrence that is due could not be sent yet; null: nothing failed
   */
  public record ScheduleStatus(
      String name, @Nullable Instant reached, @Nullable Instant next, @Nullable String problem) {}
}
