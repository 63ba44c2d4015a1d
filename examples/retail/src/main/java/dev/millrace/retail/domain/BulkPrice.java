package dev.millrace.retail.domain;

import static dev.millrace.core.Decision.accept;

import dev.millrace.core.Decision;
import dev.millrace.core.NoRejection;
import dev.millrace.retail.domain.ShopCommand.PlaceOrder;
import dev.millrace.retail.domain.ShopEvent.OrderExtended;
import dev.millrace.retail.domain.ShopEvent.OrderPlaced;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A rule that the shop does not have, to rehearse it: an order of 1,000 pieces or more on one line
 * gets that line a tenth cheaper. Prices on the lines stay; the order's sum is less.
 */
final class BulkPrice {
  private static final BigDecimal PIECES = BigDecimal.valueOf(1_000);
  private static final BigDecimal OFF = new BigDecimal("0.1");

  private BulkPrice() {}

  static Decision<ShopEvent, NoRejection> decide(
      KnownLines known, Map<String, StockLevel> levels, PlaceOrder order) {
    return switch (Ordering.decide(known, levels, order)) {
      case Decision.Accept<ShopEvent, NoRejection> accepted ->
          accept(cheaper(accepted.events(), off(known, order)));
      case Decision.Reject<ShopEvent, NoRejection> rejected -> rejected;
    };
  }

  private static BigDecimal off(KnownLines known, PlaceOrder order) {
    boolean guest = order.customer() == null;
    BigDecimal off = BigDecimal.ZERO;
    for (Line line : known.unknownOf(order)) {
      if (line.kind(guest) == LineKind.SALE && line.quantity().compareTo(PIECES) >= 0) {
        off = off.add(line.value().multiply(OFF));
      }
    }
    return off;
  }

  private static List<ShopEvent> cheaper(List<ShopEvent> events, BigDecimal off) {
    if (off.signum() == 0) {
      return events;
    }
    List<ShopEvent> cheaper = new ArrayList<>(events.size());
    for (ShopEvent event : events) {
      cheaper.add(
          switch (event) {
            case OrderPlaced(
                    var invoice,
                    var customer,
                    var country,
                    var at,
                    var lines,
                    var gross) ->
                new OrderPlaced(invoice, customer, country, at, lines, gross.subtract(off));
            case OrderExtended(
                    var invoice,
                    var customer,
                    var country,
                    var at,
                    var lines,
                    var gross) ->
                new OrderExtended(invoice, customer, country, at, lines, gross.subtract(off));
            default -> event;
          });
    }
    return cheaper;
  }
}
