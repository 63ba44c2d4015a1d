package dev.millrace.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.demo.DemoState.CountryTotal;
import dev.millrace.cli.terminal.Ink;
import dev.millrace.core.ProcessorStatus;
import dev.millrace.core.ProcessorStatus.Kind;
import dev.millrace.core.ProcessorStatus.State;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The live screen, drawn from a state. */
final class DemoFrameTest {
  private static final DemoState STATE =
      new DemoState(
          "millrace-data",
          URI.create("http://127.0.0.1:8080"),
          Duration.ofMillis(420),
          Duration.ofSeconds(83),
          123_456,
          3_456,
          1_234.4,
          List.of(0.0, 400.0, 900.0, 1_234.4),
          4_321,
          56,
          Map.of("orders", 4_309L),
          List.of(
              total("United Kingdom", "1234567.89"),
              total("EIRE", "310000"),
              total("Channel Islands and more", "15.5")),
          List.of(
              status("revenue-by-country", Kind.PROJECTION, State.LIVE, 123_456, null),
              status("loyalty", Kind.REACTION, State.RETRYING, 123_000, "the disk is full")),
          List.of(1_234.0, 0.0));

  private static CountryTotal total(String country, String net) {
    return new CountryTotal(country, new BigDecimal(net), new BigDecimal(net));
  }

  private static ProcessorStatus status(
      String name, Kind kind, State state, long position, String problem) {
    return new ProcessorStatus(
        "retail", name, kind, 1, state, position, 123_456, 10, 0, null, problem, 0, 0, 1, false, 1,
        1, null);
  }

  @Test
  void showsRatesTotalsAndProcessorsInEightyColumns() {
    List<String> lines = new DemoFrame(120, Ink.PLAIN).draw(STATE, "Ctrl-C stops");

    assertThat(String.join("\n", lines) + "\n")
        .isEqualTo(
            """
            ╭─ millrace demo ──────────────────────────────────────────── ready in 0.42 s ─╮
            │ http://127.0.0.1:8080                                          up 1 min 23 s │
            │ millrace-data                                                                │
            │     123,456 events      1,234/s  ▁▃▆█                                        │
            │       4,321 commands       56/s  4,309 orders                                │
            ├─ net revenue by country, in pounds ──────────────────────────────────────────┤
            │ United Kingdom      █████████████████████████████████████████   1,234,567.89 │
            │ EIRE                ██████████▎                                   310,000.00 │
            │ Channel Islands an…                                                    15.50 │
            │                                                                              │
            │                                                                              │
            │                                                             all 1,544,583.39 │
            ├─ processors ─────────────────────────────────────────────────────────────────┤
            │ revenue-by-country  ● live         lag 0                             1,234/s │
            │ loyalty             ○ retrying     lag 456                               0/s │
            │   the disk is full                                                           │
            ╰─────────────────────────────────────────────────────────────── Ctrl-C stops ─╯
            """);
  }

  @Test
  void everyLineIsAsWideAsTheOthersWithColoursToo() {
    for (int columns : List.of(10, 70, 80, 200)) {
      assertThat(new DemoFrame(columns, Ink.COLOUR).draw(STATE, "Ctrl-C stops"))
          .allSatisfy(line -> assertThat(Ink.width(line)).isEqualTo(Math.clamp(columns, 64, 80)))
          .anySatisfy(line -> assertThat(line).contains("\u001b["));
    }
  }
}
