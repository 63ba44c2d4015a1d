package dev.millrace.retail.domain;

import static dev.millrace.core.Decision.accept;
import static dev.millrace.core.Decision.reject;

import dev.millrace.core.Decision;
import dev.millrace.core.View;
import dev.millrace.retail.domain.ShopCommand.MoreThanOrdered;
import dev.millrace.retail.domain.ShopCommand.Restock;
import dev.millrace.retail.domain.ShopEvent.Restocked;
import dev.millrace.retail.domain.ShopEvent.StockRanLow;
import java.math.BigDecimal;

/**
 * What has been ordered of a product and has not come in.
 *
 * @param quantity how many pieces
 */
record Outstanding(BigDecimal quantity) {
  /** Of one product. */
  static final View<String, Outstanding> VIEW =
      View.of(Outstanding.class)
          .keyed(Shop.PRODUCT)
          .starting(new Outstanding(BigDecimal.ZERO))
          .on(
              StockRanLow.class,
              (state, event) -> new Outstanding(state.quantity().add(event.ordered())))
          .on(
              Restocked.class,
              (state, event) -> new Outstanding(state.quantity().subtract(event.quantity())));

  /** Takes in no more than was ordered. */
  static Decision<ShopEvent, MoreThanOrdered> restock(Outstanding state, Restock command) {
    return command.quantity().compareTo(state.quantity()) > 0
        ? reject(new MoreThanOrdered(state.quantity()))
        : accept(new Restocked(command.product(), command.quantity()));
  }
}
