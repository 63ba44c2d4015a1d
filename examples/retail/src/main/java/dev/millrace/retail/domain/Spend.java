package dev.millrace.retail.domain;

import static dev.millrace.core.Decision.accept;

import dev.millrace.core.Decision;
import dev.millrace.core.NoRejection;
import dev.millrace.core.View;
import dev.millrace.retail.domain.ShopCommand.ReviewLoyalty;
import dev.millrace.retail.domain.ShopEvent.LoyaltyTierReached;
import dev.millrace.retail.domain.ShopEvent.SalesInvoiced;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a customer has spent.
 *
 * @param tiers those that have been recorded
 */
record Spend(BigDecimal gross, Set<LoyaltyTier> tiers) {
  /** Of one customer. */
  static final View<String, Spend> VIEW =
      View.of(Spend.class)
          .keyed(Shop.CUSTOMER)
          .starting(new Spend(BigDecimal.ZERO, Set.of()))
          .on(
              SalesInvoiced.class,
              (spend, event) -> new Spend(spend.gross().add(event.gross()), spend.tiers()))
          .on(LoyaltyTierReached.class, (spend, event) -> spend.with(event.tier()));

  private Spend with(LoyaltyTier tier) {
    EnumSet<LoyaltyTier> more = EnumSet.of(tier);
    more.addAll(tiers);
    return new Spend(gross, more);
  }

  /** Records the tiers that have been reached and not recorded. */
  static Decision<ShopEvent, NoRejection> review(Spend spend, ReviewLoyalty command) {
    List<ShopEvent> reached = new ArrayList<>();
    for (LoyaltyTier tier : LoyaltyTier.values()) {
      if (tier.isReachedBy(spend.gross()) && !spend.tiers().contains(tier)) {
        reached.add(new LoyaltyTierReached(command.customer(), tier, spend.gross()));
      }
    }
    return accept(reached);
  }
}
