package dev.millrace.cli.terminal;

import java.util.List;

/** Quantities as drawn from block characters. */
public final class Bars {
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉";
  private static final String LEVELS = "▁▂▃▄▅▆▇█";

  private Bars() {}

  /** A horizontal bar of at most so many columns, filled to a share from 0 to 1. */
  public static String bar(double share, int width) {
    int eighths = (int) Math.round(Math.clamp(share, 0, 1) * width * 8);
    String whole = "█".repeat(eighths / 8);
    return eighths % 8 == 0 ? whole : whole + EIGHTHS.charAt(eighths % 8);
  }

  /** A progress bar of exactly so many columns. */
  public static String progress(double share, int width, Ink ink) {
    int done = (int) Math.floor(Math.clamp(share, 0, 1) * width);
    return ink.accent("━".repeat(done)) + ink.dim("─".repeat(width - done));
  }

  /** One column for each value, the largest at full height. */
  public static String sparkline(List<Double> values) {
    double most = values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    StringBuilder line = new StringBuilder();
    for (double value : values) {
      int level = most <= 0 ? 0 : (int) Math.round(value / most * (LEVELS.length() - 1));
      line.append(LEVELS.charAt(Math.clamp(level, 0, LEVELS.length() - 1)));
    }
    return line.toString();
  }
}
