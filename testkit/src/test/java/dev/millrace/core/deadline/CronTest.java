package dev.millrace.core.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the occurrences of a schedule are. */
final class CronTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static List<String> occurrences(Recurrence recurrence, String after, int count) {
    List<String> all = new ArrayList<>();
    Instant at = Instant.parse(after);
    for (int i = 0; i < count; i++) {
      at = recurrence.next(at).orElseThrow();
      all.add(at.toString());
    }
    return all;
  }

  private static Cron utc(String expression) {
    return Cron.of(expression, ZoneOffset.UTC);
  }

  @Test
  void fieldsAreNumbersRangesStepsListsAndNames() {
    assertThat(occurrences(utc("*/20 9-10 * * *"), "2026-03-01T09:40:00Z", 4))
        .containsExactly(
            "2026-03-01T10:00:00Z",
            "2026-03-01T10:20:00Z",
            "2026-03-01T10:40:00Z",
            "2026-03-02T09:00:00Z");
    assertThat(occurrences(utc("30 2 * * MON-fri"), "2026-03-06T02:30:00Z", 2))
        .containsExactly("2026-03-09T02:30:00Z", "2026-03-10T02:30:00Z");
    assertThat(occurrences(utc("0 0 31 * *"), "2026-01-31T00:00:00Z", 2))
        .containsExactly("2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z");
    assertThat(occurrences(utc("5,7 0 1 jan,jul *"), "2026-01-01T00:05:30Z", 3))
        .containsExactly("2026-01-01T00:07:00Z", "2026-07-01T00:05:00Z", "2026-07-01T00:07:00Z");
    assertThat(occurrences(utc("0 0 * * 7"), "2026-03-01T00:00:00Z", 1))
        .as("7 is Sunday, as 0 is")
        .isEqualTo(occurrences(utc("0 0 * * 0"), "2026-03-01T00:00:00Z", 1))
        .containsExactly("2026-03-08T00:00:00Z");
    assertThat(occurrences(utc("59 23 31 12 *"), "2026-12-31T23:58:59.999Z", 1))
        .containsExactly("2026-12-31T23:59:00Z");
  }

  @Test
  void withBothKindsOfDaysEitherIsEnough() {
    assertThat(occurrences(utc("0 0 13 * fri"), "2026-02-06T00:00:00Z", 4))
        .containsExactly(
            "2026-02-13T00:00:00Z",
            "2026-02-20T00:00:00Z",
            "2026-02-27T00:00:00Z",
            "2026-03-06T00:00:00Z");
  }

  @Test
  void aLeapDayIsWaitedFor() {
    assertThat(occurrences(utc("0 12 29 2 *"), "2026-01-01T00:00:00Z", 2))
        .containsExactly("2028-02-29T12:00:00Z", "2032-02-29T12:00:00Z");
  }

  @Test
  void aTimeThatDoesNotExistIsWhenTheClockIsPutForwardOrNotAtAll() {
    // on 29 March 2026 the clock goes from 02:00 to 03:00
    Cron cron = Cron.of("*/15 2 * * *", BERLIN);
    assertThat(occurrences(cron, "2026-03-28T01:45:00Z", 2))
        .as("once for the four")
        .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z");
    assertThat(occurrences(cron.skippingGaps(), "2026-03-28T01:45:00Z", 1))
        .containsExactly("2026-03-30T00:00:00Z");
  }

  @Test
  void aTimeThatExistsTwiceIsTheFirstOrBoth() {
    // on 25 October 2026 the clock goes from 03:00 back to 02:00
    Cron cron = Cron.of("30 2 * * *", BERLIN);
    assertThat(occurrences(cron, "2026-10-24T00:30:00Z", 2))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    assertThat(occurrences(cron.twiceInOverlaps(), "2026-10-24T00:30:00Z", 3))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z");
    Cron often = Cron.of("*/30 * * * *", BERLIN);
    assertThat(occurrences(often.twiceInOverlaps(), "2026-10-25T00:00:00Z", 4))
        .containsExactly(
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:00:00Z",
            "2026-10-25T01:30:00Z",
            "2026-10-25T02:00:00Z");
    assertThat(occurrences(often, "2026-10-25T00:00:00Z", 2))
        .as("not again until the clock shows what it did not show")
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z");
  }

  /** Against a search of all minutes of the clock on the wall. */
  @Test
  void itIsWhatASearchMinuteByMinuteFinds() {
    for (String expression : List.of("7 */5 * * *", "0 2 * * sun", "*/40 1-3 * 3,10 *")) {
      CronFields fields = CronFields.parse(expression);
      for (boolean twice : new boolean[] {false, true}) {
        Cron once = Cron.of(expression, BERLIN);
        Cron cron = twice ? once.twiceInOverlaps() : once;
        Instant at = Instant.parse("2026-10-20T00:00:00Z");
        Instant end = Instant.parse("2026-10-28T00:00:00Z");
        Instant due = cron.next(at.minus(Duration.ofMinutes(1))).orElseThrow();
        for (; at.isBefore(end); at = at.plus(Duration.ofMinutes(1))) {
          LocalDateTime local = LocalDateTime.ofInstant(at, BERLIN);
          boolean second =
              BERLIN.getRules().getValidOffsets(local).size() > 1
                  && BERLIN
                      .getRules()
                      .getOffset(at)
                      .equals(BERLIN.getRules().getValidOffsets(local).get(1));
          boolean fits =
              fields.hasMonth(local.toLocalDate())
                  && fields.hasDay(local.toLocalDate())
                  && local.toLocalTime().equals(fields.timeFrom(local.toLocalTime()))
                  && (twice || !second);
          assertThat(due.equals(at)).as("%s at %s", cron, at).isEqualTo(fits);
          if (fits) {
            due = cron.next(at).orElseThrow();
          }
        }
      }
    }
  }

  @Test
  void whatIsWrongIsNamed() {
    assertThatThrownBy(() -> utc("* * * *")).hasMessageContaining("4 fields");
    assertThatThrownBy(() -> utc("60 * * * *")).hasMessageContaining("minute is '60'");
    assertThatThrownBy(() -> utc("0 0 * * fry")).hasMessageContaining("day of the week is 'fry'");
    assertThatThrownBy(() -> utc("0 5-2 * * *")).hasMessageContaining("hour is '5-2'");
    assertThatThrownBy(() -> utc("*/0 * * * *")).hasMessageContaining("minute is '*/0'");
    assertThatThrownBy(() -> utc("0 0 30 2 *")).hasMessageContaining("never comes");
    assertThatThrownBy(() -> Recurrence.every(Duration.ofMillis(999), Instant.EPOCH))
        .hasMessageContaining("every second at most");
  }

  @Test
  void aPeriodHasNothingToDoWithClocksOnWalls() {
    Recurrence daily = Recurrence.every(Duration.ofDays(1), Instant.parse("2026-10-24T06:00:00Z"));
    assertThat(occurrences(daily, "2026-10-24T06:00:00Z", 2))
        .containsExactly("2026-10-25T06:00:00Z", "2026-10-26T06:00:00Z");
    assertThat(occurrences(daily, "2020-01-01T00:00:00Z", 1))
        .containsExactly("2020-01-01T06:00:00Z");
  }
}
