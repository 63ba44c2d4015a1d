package dev.millrace.retail;

import dev.millrace.core.Millrace;
import dev.millrace.core.seam.Seams;
import dev.millrace.retail.domain.Shop;
import dev.millrace.retail.domain.ShopCommand.CancelPurchases;
import dev.millrace.retail.domain.ShopCommand.Invoice;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * Traffic for the demo: orders and cancellations from a seed, at a rate, through the same commands
 * as an import. {@link #counters()} may be read from any thread while it runs.
 */
public final class DemoTraffic {
  /** Above the numbers of real invoices. */
  private static final long FIRST_NUMBER = 10_000_000L;

  private static final Duration LONGEST_WAIT = Duration.ofMillis(100);

  private final Millrace millrace;
  private final Seams seams;
  private final DemoInvoices invoices;
  private volatile Counters counters = new Counters(0, 0, 0);

  /**
   * What has been sent.
   *
   * @param orders placed
   * @param cancellations decided
   * @param lines of both
   */
  public record Counters(long orders, long cancellations, long lines) {
    private Counters and(Invoice invoice) {
      boolean cancellation = invoice instanceof CancelPurchases;
      return new Counters(
          cancellation ? orders : orders + 1,
          cancellation ? cancellations + 1 : cancellations,
          lines + invoice.lines().size());
    }
  }

  /**
   * Makes traffic for a shop. Invoices are numbered on from the store's head, so that a second run
   * on the same store does not repeat the numbers of the first.
   *
   * @param seed the same seed makes the same invoices
   * @param seams clock and scheduler
   */
  public DemoTraffic(Millrace millrace, long seed, Seams seams) {
    this.millrace = millrace;
    this.seams = seams;
    this.invoices =
        new DemoInvoices(
            new SplittableRandom(seed), FIRST_NUMBER + millrace.store(Shop.NAME).head());
  }

  /** What has been sent so far. */
  public Counters counters() {
    return counters;
  }

  /**
   * Sends invoices, one after the other, on this thread.
   *
   * @param perSecond invoices a second at most; 0: as fast as they are decided
   * @param goesOn asked before each
   */
  public void run(double perSecond, BooleanSupplier goesOn) {
    if (!(perSecond >= 0)) {
      throw new IllegalArgumentException("a rate must be 0 or more: " + perSecond);
    }
    Duration every =
        perSecond > 0 ? Duration.ofNanos((long) (1_000_000_000 / perSecond)) : Duration.ZERO;
    Instant due = seams.clock().instant();
    while (goesOn.getAsBoolean()) {
      Duration early = Duration.between(seams.clock().instant(), due);
      if (early.isPositive()) {
        Duration wait = early.compareTo(LONGEST_WAIT) < 0 ? early : LONGEST_WAIT;
        seams.scheduler().after(wait).join();
        continue;
      }
      send(invoices.next(LocalDateTime.ofInstant(seams.clock().instant(), ZoneOffset.UTC)));
      Instant earliest = seams.clock().instant().minus(LONGEST_WAIT);
      due = due.plus(every);
      due = due.isBefore(earliest) ? earliest : due;
    }
  }

  private void send(Invoice invoice) {
    var unused = millrace.send(invoice, "demo/" + invoice.invoice());
    counters = counters.and(invoice);
  }
}
