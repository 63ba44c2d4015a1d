package dev.millrace.core.deadline;

import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a {@link Cron}, as bits.
 *
 * @param anyDay whether one of the two fields of days is unrestricted, so that both must fit
 */
record CronFields(long minutes, long hours, long days, long months, long weekdays, boolean anyDay) {
  private static final List<String> MONTHS =
      List.of(
          "", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> WEEKDAYS =
      List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  static CronFields parse(String expression) {
    String[] fields = expression.trim().toLowerCase(Locale.ROOT).split("\\s+");
    if (fields.length != 5) {
      throw new IllegalArgumentException(
          "'"
              + expression
              + "' has "
              + fields.length
              + " fields; 5 are minute, hour, day of the month, month, day of the week");
    }
    long weekdays = bits(expression, "day of the week", fields[4], 0, 7, WEEKDAYS);
    return new CronFields(
        bits(expression, "minute", fields[0], 0, 59, List.of()),
        bits(expression, "hour", fields[1], 0, 23, List.of()),
        bits(expression, "day of the month", fields[2], 1, 31, List.of()),
        bits(expression, "month", fields[3], 1, 12, MONTHS),
        (weekdays | weekdays >>> 7) & 0x7F,
        fields[2].startsWith("*") || fields[4].startsWith("*"));
  }

  private static long bits(
      String expression, String name, String field, int least, int most, List<String> names) {
    long bits = 0;
    for (String part : field.split(",", -1)) {
      try {
        bits |= part(part, least, most, names);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "'"
                + expression
                + "': the "
                + name
                + " is '"
                + field
                + "', but must be *, or "
                + least
                + " to "
                + most
                + ", as in 1,5 or 1-5 or */2",
            e);
      }
    }
    return bits;
  }

  private static long part(String part, int least, int most, List<String> names) {
    int slash = part.indexOf('/');
    int step = slash < 0 ? 1 : Integer.parseInt(part.substring(slash + 1));
    String range = slash < 0 ? part : part.substring(0, slash);
    int dash = range.indexOf('-');
    int from = least;
    int to = most;
    if (dash > 0) {
      from = number(range.substring(0, dash), names);
      to = number(range.substring(dash + 1), names);
    } else if (!range.equals("*")) {
      from = number(range, names);
      to = slash < 0 ? from : most;
    }
    if (from < least || to > most || from > to || step < 1) {
      throw new IllegalArgumentException(part);
    }
    long bits = 0;
    for (int i = from; i <= to; i += step) {
      bits |= 1L << i;
    }
    return bits;
  }

  private static int number(String text, List<String> names) {
    int named = text.isEmpty() ? -1 : names.indexOf(text);
    return named >= 0 ? named : Integer.parseInt(text);
  }

  boolean hasMonth(LocalDate day) {
    return (months & 1L << day.getMonthValue()) != 0;
  }

  boolean hasDay(LocalDate day) {
    boolean ofMonth = (days & 1L << day.getDayOfMonth()) != 0;
    boolean ofWeek = (weekdays & 1L << (day.getDayOfWeek().getValue() % 7)) != 0;
    return anyDay ? ofMonth && ofWeek : ofMonth || ofWeek;
  }

  /** The first time of a day at or after one; null: none. */
  @Nullable LocalTime timeFrom(LocalTime from) {
    int minute = next(minutes, from.getMinute());
    if ((hours & 1L << from.getHour()) != 0 && minute < Long.SIZE) {
      return LocalTime.of(from.getHour(), minute);
    }
    int hour = next(hours, from.getHour() + 1);
    return hour < Long.SIZE ? LocalTime.of(hour, next(minutes, 0)) : null;
  }

  /** The first bit at or after one; 64: none. */
  private static int next(long bits, int from) {
    return Long.numberOfTrailingZeros(bits & -1L << from);
  }
}
