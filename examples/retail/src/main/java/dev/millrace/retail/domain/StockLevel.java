package dev.millrace.retail.domain;

import static java.math.BigDecimal.ZERO;

import dev.millrace.core.View;
import dev.millrace.retail.domain.ShopEvent.GiftGiven;
import dev.millrace.retail.domain.ShopEvent.LineCancelled;
import dev.millrace.retail.domain.ShopEvent.LineSold;
import dev.millrace.retail.domain.ShopEvent.ProductListed;
import dev.millrace.retail.domain.ShopEvent.StockAdjusted;
import dev.millrace.retail.domain.ShopEvent.StockRanLow;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What an order needs to know of a product.
 *
 * <p>{@code available} is on hand plus on order. A delivery moves pieces from one to the other and
 * does not change it, so this view does not read deliveries: the state is the same whether the
 * reaction that restocks is ahead or behind, and an order never conflicts with a delivery.
 *
 * <p>The policy is that of a small warehouse: no sale is refused. When one takes {@code available}
 * below the reorder point, so much is ordered that the level is filled up again; both grow with
 * what has been sold so far. What is sold before it is in is negative stock until it arrives.
 *
 * @param listed whether the product was seen before
 * @param available on hand and on order
 * @param sold so far, with gifts
 */
record StockLevel(boolean listed, BigDecimal available, BigDecimal sold) {
  private static final BigDecimal SMALLEST_POINT = BigDecimal.valueOf(20);
  private static final BigDecimal SMALLEST_LEVEL = BigDecimal.valueOf(100);
  private static final BigDecimal POINT_SHARE = new BigDecimal("0.05");
  private static final BigDecimal LEVEL_SHARE = new BigDecimal("0.25");

  static final View<String, StockLevel> VIEW =
      View.of(StockLevel.class)
          .keyed(Shop.PRODUCT)
          .starting(new StockLevel(false, ZERO, ZERO))
          .on(ProductListed.class, (level, event) -> level.list())
          .on(LineSold.class, (level, event) -> level.sell(event.line().quantity()))
          .on(GiftGiven.class, (level, event) -> level.sell(event.line().quantity()))
          .on(StockAdjusted.class, (level, event) -> level.add(event.line().quantity()))
          .on(LineCancelled.class, (level, event) -> level.add(event.line().quantity()))
          .on(StockRanLow.class, (level, event) -> level.add(event.ordered()));

  StockLevel list() {
    return new StockLevel(true, available, sold);
  }

  StockLevel sell(BigDecimal quantity) {
    return new StockLevel(listed, available.subtract(quantity), sold.add(quantity));
  }

  StockLevel add(BigDecimal quantity) {
    return new StockLevel(listed, available.add(quantity), sold);
  }

  boolean isLow() {
    return available.compareTo(SMALLEST_POINT.max(share(POINT_SHARE))) < 0;
  }

  /** How many pieces fill it up. */
  BigDecimal missing() {
    return SMALLEST_LEVEL.max(share(LEVEL_SHARE)).subtract(available);
  }

  private BigDecimal share(BigDecimal share) {
    return sold.multiply(share).setScale(0, RoundingMode.CEILING);
  }
}
