package dev.millrace.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers, tables, bars and lines. */
final class DrawingTest {

  @ParameterizedTest
  @CsvSource({"420,0.42 s", "12000,12 s", "200000,3 min 20 s", "7500000,2 h 5 min"})
  void timesHaveFittingUnits(long millis, String text) {
    assertThat(Numbers.time(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"400,0 s", "2600,3 s", "9400,9 s", "83000,1 min 23 s"})
  void whatIsOnlyExpectedIsRounded(long millis, String text) {
    assertThat(Numbers.roughly(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "1023,1023 B",
    "1024,1.0 KiB",
    "8229120,7.8 MiB",
    "9223372036854775807,8192.0 PiB"
  })
  void bytesHaveFittingUnits(long bytes, String text) {
    assertThat(Numbers.bytes(bytes)).isEqualTo(text);
  }

  @Test
  void moneyIsRoundedHalfUp() {
    assertThat(Numbers.money(new BigDecimal("1234567.885"))).isEqualTo("1,234,567.89");
    assertThat(Numbers.money(new BigDecimal("-2"))).isEqualTo("-2.00");
  }

  @Test
  void aTableIsAsWideAsItsCells() {
    Table table = new Table("country", ">net").row("EIRE", "1.00").row("United Kingdom", "12.00");

    assertThat(table.lines(Ink.PLAIN))
        .containsExactly("country           net", "EIRE             1.00", "United Kingdom  12.00");
  }

  @Test
  void barsFillTheirShare() {
    assertThat(Bars.bar(0.5, 4)).isEqualTo("██");
    assertThat(Bars.bar(1.0 / 32, 4)).isEqualTo("▏");
    assertThat(Bars.bar(2, 4)).isEqualTo("████");
    assertThat(Bars.progress(0.5, 4, Ink.PLAIN)).isEqualTo("━━──");
    assertThat(Bars.sparkline(List.of(0.0, 50.0, 100.0))).isEqualTo("▁▅█");
    assertThat(Bars.sparkline(List.of(0.0, 0.0))).isEqualTo("▁▁");
  }

  @Test
  void aLineIsPrintedAboveTheStatus() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Output output = new Output("test", bytes, true);
    output.status("50%");
    output.line("a warning");
    output.status(null);

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualTo("\r\u001b[K50%\r\u001b[Ka warning\n50%\r\u001b[K");
  }

  @Test
  void withoutATerminalThereIsNoStatus() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Output output = new Output("test", bytes, false);
    output.status("50%");
    output.line("a line");
    output.flush();

    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("a line\n");
  }

  @Test
  void widthDoesNotCountColours() {
    assertThat(Ink.width(Ink.COLOUR.bold("▁▂") + "é")).isEqualTo(3);
    assertThat(Ink.cut("Channel Islands", 8)).isEqualTo("Channel…");
  }
}
