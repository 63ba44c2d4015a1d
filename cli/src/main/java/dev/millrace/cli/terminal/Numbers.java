package dev.millrace.cli.terminal;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them; the same in every locale, so that scripts can rely on them. */
public final class Numbers {
  private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private Numbers() {}

  /** With a comma between thousands. */
  public static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** An amount of money, with a comma between thousands and two decimals. */
  public static String money(BigDecimal amount) {
    return String.format(Locale.ROOT, "%,.2f", amount.setScale(2, RoundingMode.HALF_UP));
  }

  /** So many a second. */
  public static String rate(double eachSecond) {
    return whole(Math.round(eachSecond)) + "/s";
  }

  /** A number of bytes in a fitting unit. */
  public static String bytes(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1024 && unit < SIZES.length - 1) {
      size /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", size, SIZES[unit]);
  }

  /**
   * A time in fitting units: {@code 0.42 s}, {@code 12 s}, {@code 3 min 20 s}, {@code 2 h 5 min}.
   */
  public static String time(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 10) {
      return String.format(Locale.ROOT, "%.2f s", time.toNanos() / 1e9);
    }
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return seconds / 60 + " min " + seconds % 60 + " s";
    }
    return seconds / 3600 + " h " + seconds / 60 % 60 + " min";
  }

  /** A time in whole seconds, as for what is only expected. */
  public static String roughly(Duration time) {
    long seconds = Math.round(time.toMillis() / 1e3);
    return seconds < 10 ? seconds + " s" : time(Duration.ofSeconds(seconds));
  }

  /** One of {@code word} or {@code words}, by the number. */
  public static String count(long number, String word, String words) {
    return whole(number) + " " + (number == 1 ? word : words);
  }
}
