package dev.millrace.retail.domain;

import java.util.Locale;

/** Why a line of a cancellation is refused. */
public enum RefusalReason {
  /** Nobody is named whose purchase it could be. */
  GUEST_CANCELLATION,
  /** The customer has not bought this product before the cancellation. */
  NEVER_BOUGHT,
  /** The customer has bought it, but fewer than this, less what was taken back before. */
  MORE_THAN_BOUGHT,
  /** A discount, fee, sample or manual correction without a purchase: nothing to take back. */
  CHARGE_WITHOUT_PURCHASE,
  /** A charge with a price of its own making, for more than the customer paid for it. */
  MORE_THAN_PAID;

  /** As it stands in reports: {@code never-bought}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
