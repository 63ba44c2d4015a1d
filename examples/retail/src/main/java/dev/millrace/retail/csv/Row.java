package dev.millrace.retail.csv;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import org.jspecify.annotations.Nullable;

/** What a line of a file says. */
public sealed interface Row {

  /**
   * A line of an invoice that the shop can decide.
   *
   * @param invoice number: digits, or C and digits
   * @param product stock code, in upper case
   * @param quantity not 0; below 0 in cancellations and adjustments
   * @param unitPrice not negative
   * @param customer number; null: a guest
   */
  record Valid(
      String invoice,
      String product,
      String description,
      BigDecimal quantity,
      BigDecimal unitPrice,
      LocalDateTime at,
      @Nullable String customer,
      String country)
      implements Row {
    /** Whether it takes back what was bought. */
    public boolean isCancellation() {
      return invoice.charAt(0) == 'C';
    }
  }

  /**
   * A line that becomes no event.
   *
   * @param detail for people
   */
  record Invalid(RejectionReason reason, String detail) implements Row {}
}
