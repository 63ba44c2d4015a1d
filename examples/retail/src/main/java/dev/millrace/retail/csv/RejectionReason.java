package dev.millrace.retail.csv;

import java.util.Locale;

/** Why a row of a file becomes no event. */
public enum RejectionReason {
  /** It cannot be read: columns, numbers, time, quotes, encoding, length; the detail says which. */
  MALFORMED_ROW,
  /** A write-off of what a customer owes ({@code A…}): money, not goods, and not a sale. */
  BAD_DEBT,
  /** A price below 0 means nothing outside of bad debt. */
  NEGATIVE_PRICE,
  /** Nothing moves. */
  ZERO_QUANTITY,
  /** Goods come back for money, but not on a cancellation. */
  NEGATIVE_SALE,
  /** A cancellation ({@code C…}) that would sell. */
  POSITIVE_CANCELLATION,
  /** The invoice's number is neither digits nor C or A and digits. */
  UNKNOWN_INVOICE_KIND;

  /** As it stands in reports: {@code bad-debt}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
