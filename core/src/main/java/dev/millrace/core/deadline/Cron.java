package dev.millrace.core.deadline;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Occurrences as in a crontab: minute, hour, day of the month, month and day of the week, in a time
 * zone. {@code "30 2 * * mon-fri"} is at half past two on weekdays. Immutable.
 *
 * <p>A field is {@code *}, a number, a range, any of these with a step, or several of them with
 * commas; months and days of the week may be named by their first three letters, and 0 and 7 are
 * Sunday. When both the day of the month and the day of the week are restricted, either is enough.
 *
 * <p>Clocks are put forward and back. A time that does not exist on some day is at the moment when
 * the clock is put forward, once for all that fall into the gap; a time that exists twice is the
 * first of the two. Either can be declared otherwise.
 */
public final class Cron implements Recurrence {
  /** Longest search, for what never comes: a leap day on a given weekday is 40 years apart. */
  private static final int MOST_YEARS = 41;

  /** Clocks are put back by so much at most. */
  private static final int OVERLAP_HOURS = 25;

  private final String expression;
  private final ZoneId zone;
  private final CronFields fields;
  private final boolean skipsGaps;
  private final boolean twiceInOverlaps;

  private Cron(
      String expression,
      ZoneId zone,
      CronFields fields,
      boolean skipsGaps,
      boolean twiceInOverlaps) {
    this.expression = expression;
    this.zone = zone;
    this.fields = fields;
    this.skipsGaps = skipsGaps;
    this.twiceInOverlaps = twiceInOverlaps;
  }

  /**
   * From five fields.
   *
   * @throws IllegalArgumentException naming the field that is wrong, or when it never comes
   */
  public static Cron of(String expression, ZoneId zone) {
    CronFields fields = CronFields.parse(expression);
    Cron cron = new Cron(expression, zone, fields, false, false);
    if (cron.matchAfter(LocalDateTime.of(2000, 1, 1, 0, 0).minusMinutes(1)) == null) {
      throw new IllegalArgumentException("'" + expression + "' never comes");
    }
    return cron;
  }

  /** The same, without the times that do not exist on a day. */
  public Cron skippingGaps() {
    return new Cron(expression, zone, fields, true, twiceInOverlaps);
  }

  /** The same, twice where a time exists twice. */
  public Cron twiceInOverlaps() {
    return new Cron(expression, zone, fields, skipsGaps, true);
  }

  @Override
  public Optional<Instant> next(Instant after) {
    ZoneRules rules = zone.getRules();
    LocalDateTime local = LocalDateTime.ofInstant(after, rules.getOffset(after));
    // in the first of two equal hours, what comes next may read as earlier on the clock
    LocalDateTime at =
        twiceInOverlaps && isNearOverlap(rules, after) ? local.minusHours(OVERLAP_HOURS) : local;
    Instant best = null;
    at = matchAfter(at.truncatedTo(ChronoUnit.MINUTES).minusMinutes(1));
    while (at != null) {
      List<ZoneOffset> offsets = rules.getValidOffsets(at);
      Instant first =
          offsets.isEmpty() ? rules.getTransition(at).getInstant() : at.toInstant(offsets.get(0));
      if (best != null && !first.isBefore(best)) {
        break;
      }
      if (!(offsets.isEmpty() && skipsGaps)) {
        best = earlier(best, first, after);
        if (twiceInOverlaps && offsets.size() > 1) {
          best = earlier(best, at.toInstant(offsets.get(1)), after);
        }
      }
      at = matchAfter(at);
    }
    return Optional.ofNullable(best);
  }

  private static boolean isNearOverlap(ZoneRules rules, Instant after) {
    var next = rules.nextTransition(after.minus(OVERLAP_HOURS, ChronoUnit.HOURS));
    return next != null
        && next.isOverlap()
        && next.getInstant().isBefore(after.plus(OVERLAP_HOURS, ChronoUnit.HOURS));
  }

  private static @Nullable Instant earlier(@Nullable Instant best, Instant other, Instant after) {
    return other.isAfter(after) && (best == null || other.isBefore(best)) ? other : best;
  }

  /** The first minute after one, on the clock on the wall, that fits; null: there is none. */
  private @Nullable LocalDateTime matchAfter(LocalDateTime before) {
    LocalDateTime from = before.plusMinutes(1);
    LocalDate last = from.toLocalDate().plusYears(MOST_YEARS);
    LocalTime time = fields.timeFrom(from.toLocalTime());
    for (LocalDate day = from.toLocalDate(); day.isBefore(last); ) {
      if (!fields.hasMonth(day)) {
        day = day.withDayOfMonth(1).plusMonths(1);
      } else if (time != null && fields.hasDay(day)) {
        return day.atTime(time);
      } else {
        day = day.plusDays(1);
      }
      time = fields.timeFrom(LocalTime.MIDNIGHT);
    }
    return null;
  }

  @Override
  public String toString() {
    return expression + " " + zone;
  }
}
