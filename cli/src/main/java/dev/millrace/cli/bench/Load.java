package dev.millrace.cli.bench;

import java.util.Locale;

/**
 * What a load generator saw.
 *
 * @param perSecond commands answered with 200, so durable, each second
 * @param p50Micros half of them were answered within
 * @param p99Micros of hundred, 99 were answered within
 * @param refusedPerSecond answers of other kinds, each second
 * @param refusedP99Micros of hundred of those, 99 came within
 * @param unsentPerSecond those that were due and found no connection in time, each second
 */
public record Load(
    double perSecond,
    long p50Micros,
    long p99Micros,
    double refusedPerSecond,
    long refusedP99Micros,
    double unsentPerSecond) {

  /** As one line, for {@link #parse}. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%.1f %d %d %.1f %d %.1f",
        perSecond,
        p50Micros,
        p99Micros,
        refusedPerSecond,
        refusedP99Micros,
        unsentPerSecond);
  }

  static Load parse(String line) {
    String[] figures = line.strip().split(" ", -1);
    return new Load(
        Double.parseDouble(figures[0]),
        Long.parseLong(figures[1]),
        Long.parseLong(figures[2]),
        Double.parseDouble(figures[3]),
        Long.parseLong(figures[4]),
        Double.parseDouble(figures[5]));
  }
}
