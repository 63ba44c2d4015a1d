package dev.millrace.retail.domain;

import java.math.BigDecimal;
import java.time.LocalDateTime;

/**
 * A line of an invoice.
 *
 * <p>Lines that say the same are told apart by {@code copy}: the shop's invoices repeat lines, and
 * each one counts. So a line is an identity within its invoice, and an invoice that comes again, in
 * part or with more lines, adds exactly what is new.
 *
 * @param copy 1 for the first line that says this, 2 for the second, …
 * @param product stock code, in upper case
 * @param description what the invoice says of it; may be empty
 * @param quantity how many pieces; negative only in adjustments of stock
 * @param unitPrice in pounds, not negative
 * @param at when the line was written, in the shop's local time
 */
public record Line(
    int copy,
    String product,
    String description,
    BigDecimal quantity,
    BigDecimal unitPrice,
    LocalDateTime at) {

  public Line {
    if (copy < 1) {
      throw new IllegalArgumentException("copies are counted from 1: " + copy);
    }
    if (product.isBlank()) {
      throw new IllegalArgumentException("a line needs a product");
    }
    if (unitPrice.signum() < 0) {
      throw new IllegalArgumentException("a unit price must not be negative: " + unitPrice);
    }
    quantity = plain(quantity);
    unitPrice = plain(unitPrice);
  }

  /** One way to write a number, so that equal lines are equal: 2.50 is 2.5, and 1E+2 is 100. */
  private static BigDecimal plain(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }

  /** Quantity × price. */
  public BigDecimal value() {
    return quantity.multiply(unitPrice);
  }

  /** What the line is. */
  public LineKind kind(boolean guest) {
    if (unitPrice.signum() > 0) {
      return LineKind.SALE;
    }
    return quantity.signum() > 0 && !guest ? LineKind.GIFT : LineKind.ADJUSTMENT;
  }
}
