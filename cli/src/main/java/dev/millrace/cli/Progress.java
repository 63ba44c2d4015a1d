package dev.millrace.cli;

import dev.millrace.cli.terminal.Bars;
import dev.millrace.cli.terminal.Ink;
import dev.millrace.cli.terminal.Numbers;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how far a long work is, on standard error: a bar with rate and time left on a terminal,
 * else a log line now and then. Safe for use from many threads.
 */
final class Progress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
  private static final long LOG_NANOS = Duration.ofSeconds(2).toNanos();
  private static final int BAR_WIDTH = 24;

  private final Invocation invocation;
  private final String work;
  private final String unit;
  private final LongSupplier nanoTime;
  private final long began;
  private long shown;

  /**
   * Begins to count the time.
   *
   * @param work what is done, as in {@code importing}
   * @param unit what is counted, as in {@code rows}
   */
  Progress(Invocation invocation, String work, String unit, LongSupplier nanoTime) {
    this.invocation = invocation;
    this.work = work;
    this.unit = unit;
    this.nanoTime = nanoTime;
    this.began = nanoTime.getAsLong();
    this.shown = began;
  }

  /**
   * Tells how far it is; shown if the last time was long enough ago.
   *
   * @param count how many units
   * @param share of the work that is done, 0 to 1
   */
  synchronized void at(long count, double share) {
    long now = nanoTime.getAsLong();
    boolean terminal = invocation.err().isTerminal();
    if (now - shown < (terminal ? REDRAW_NANOS : LOG_NANOS)) {
      return;
    }
    shown = now;
    double seconds = (now - began) / 1e9;
    double left = share > 0 ? seconds / share - seconds : Double.NaN;
    if (terminal) {
      invocation.err().status(line(count, share, count / seconds, left));
    } else {
      LOG.atInfo()
          .addKeyValue(unit, count)
          .addKeyValue("percent", Math.floor(share * 1000) / 10)
          .addKeyValue("perSecond", Math.round(count / seconds))
          .addKeyValue("secondsLeft", left)
          .log(work);
    }
  }

  private String line(long count, double share, double rate, double left) {
    Ink ink = invocation.errInk();
    String time =
        Double.isNaN(left) || share < 0.005 // too early to tell
            ? ""
            : "  " + Numbers.roughly(Duration.ofMillis(Math.round(left * 1000))) + " left";
    String percent = String.format(Locale.ROOT, "%3d%%", (int) Math.floor(share * 100));
    return work
        + " "
        + Bars.progress(share, BAR_WIDTH, ink)
        + " "
        + percent
        + "  "
        + Numbers.count(count, unit, unit)
        + "  "
        + Numbers.rate(rate)
        + time;
  }

  /** Removes the bar. */
  @Override
  public void close() {
    invocation.err().status(null);
  }
}
