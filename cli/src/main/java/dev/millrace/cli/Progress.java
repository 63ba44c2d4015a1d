package dev.millrace.cli;

import dev.millrace.cli.terminal.Bars;
import dev.millrace.cli.terminal.Ink;
import dev.millrace.cli.terminal.Numbers;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Shows how far a long work is, on standard error: a bar with rate and time left on a terminal,
 * else a log line now and then. Safe for use from many threads.
 */
final class Progress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
  private static final long LOG_NANOS = Duration.ofSeconds(2).toNanos();
  private static final int BAR_WIDTH = 20;

  /** Below this, what is left cannot be told. */
  private static final double LEAST_SHARE = 0.005;

  private final Invocation invocation;
  private final String unit;
  private final LongSupplier nanoTime;
  private long shown;
  private String work = "";
  private long workBegan;

  /**
   * Begins to count the time.
   *
   * @param unit what is counted, as in {@code rows}
   */
  Progress(Invocation invocation, String unit, LongSupplier nanoTime) {
    this.invocation = invocation;
    this.unit = unit;
    this.nanoTime = nanoTime;
    this.shown = nanoTime.getAsLong();
  }

  /**
   * Tells how far it is; shown if the last time was long enough ago.
   *
   * @param work what is done, as in {@code importing}; another than before begins from nothing
   * @param count how many units
   * @param share of the work that is done, 0 to 1; empty: not known
   */
  synchronized void at(String work, long count, OptionalDouble share) {
    long now = nanoTime.getAsLong();
    if (!work.equals(this.work)) {
      this.work = work;
      this.workBegan = now;
    }
    boolean terminal = invocation.err().isTerminal();
    if (now - shown < (terminal ? REDRAW_NANOS : LOG_NANOS)) {
      return;
    }
    shown = now;
    double seconds = (now - workBegan) / 1e9;
    double rate = seconds > 0 ? count / seconds : 0;
    if (terminal) {
      invocation.err().status(line(count, share, rate, seconds));
    } else {
      log(count, share, rate, seconds);
    }
  }

  private void log(long count, OptionalDouble share, double rate, double seconds) {
    LoggingEventBuilder line =
        LOG.atInfo().addKeyValue(unit, count).addKeyValue("perSecond", Math.round(rate));
    if (share.isPresent()) {
      line = line.addKeyValue("percent", Math.floor(share.getAsDouble() * 1000) / 10);
      if (share.getAsDouble() > LEAST_SHARE) {
        line = line.addKeyValue("secondsLeft", left(share.getAsDouble(), seconds));
      }
    }
    line.log(work);
  }

  private static double left(double share, double seconds) {
    return seconds / share - seconds;
  }

  private String line(long count, OptionalDouble share, double rate, double seconds) {
    Ink ink = invocation.errInk();
    StringBuilder line = new StringBuilder(work).append(' ');
    if (share.isPresent()) {
      double done = share.getAsDouble();
      line.append(Bars.progress(done, BAR_WIDTH, ink));
      line.append(String.format(Locale.ROOT, " %3d%% ", (int) Math.floor(done * 100)));
    }
    line.append(' ').append(Numbers.whole(count)).append(' ').append(unit);
    line.append("  ").append(Numbers.rate(rate));
    if (share.isPresent() && share.getAsDouble() > LEAST_SHARE) {
      long millis = Math.round(left(share.getAsDouble(), seconds) * 1000);
      line.append("  ").append(Numbers.roughly(Duration.ofMillis(millis))).append(" left");
    }
    return line.toString();
  }

  /** Removes the bar. */
  @Override
  public void close() {
    invocation.err().status(null);
  }
}
