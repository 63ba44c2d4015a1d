package dev.millrace.retail.domain;

import java.math.BigDecimal;

/**
 * What a customer has earned by spending. Tiers count what was bought, not what was cancelled
 * later: a tier that was reached stays, and it does not matter when the reaction looks.
 */
public enum LoyaltyTier {
  /** From 1,000 pounds. */
  BRONZE(1_000),
  /** From 5,000 pounds. */
  SILVER(5_000),
  /** From 20,000 pounds. */
  GOLD(20_000);

  private final BigDecimal from;

  LoyaltyTier(long pounds) {
    this.from = BigDecimal.valueOf(pounds);
  }

  /** Whether a customer who has spent this has it. */
  public boolean isReachedBy(BigDecimal spend) {
    return spend.compareTo(from) >= 0;
  }
}
