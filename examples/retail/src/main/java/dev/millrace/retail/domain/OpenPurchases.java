package dev.millrace.retail.domain;

import dev.millrace.core.View;
import dev.millrace.retail.domain.ShopEvent.LineCancelled;
import dev.millrace.retail.domain.ShopEvent.LineSold;
import dev.millrace.retail.domain.ShopEvent.Taken;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a customer has bought of a product and not yet given back.
 *
 * @param pieces by purchase, the oldest first; those that are all given back stay, with 0 left
 */
record OpenPurchases(List<Taken> pieces) {
  /** Of one customer and product. */
  static final View<Purchase, OpenPurchases> VIEW =
      View.of(OpenPurchases.class)
          .keyed(Shop.PURCHASE)
          .starting(new OpenPurchases(List.of()))
          .on(LineSold.class, OpenPurchases::bought)
          .on(LineCancelled.class, (open, event) -> open.without(event.from()));

  private static final Comparator<Taken> OLDEST_FIRST =
      Comparator.comparing((Taken piece) -> piece.line().at())
          .thenComparing(Taken::invoice)
          .thenComparingInt(piece -> piece.line().copy());

  OpenPurchases {
    pieces = List.copyOf(pieces);
  }

  private OpenPurchases bought(LineSold event) {
    List<Taken> more = new ArrayList<>(pieces);
    more.add(new Taken(event.invoice(), event.line(), event.line().quantity()));
    more.sort(OLDEST_FIRST);
    return new OpenPurchases(more);
  }

  OpenPurchases without(List<Taken> taken) {
    List<Taken> left = new ArrayList<>(pieces.size());
    for (Taken piece : pieces) {
      BigDecimal quantity = piece.quantity();
      for (Taken one : taken) {
        if (one.invoice().equals(piece.invoice()) && one.line().equals(piece.line())) {
          quantity = quantity.subtract(one.quantity());
        }
      }
      left.add(new Taken(piece.invoice(), piece.line(), quantity));
    }
    return new OpenPurchases(left);
  }

  boolean anyUntil(LocalDateTime time) {
    return pieces.stream().anyMatch(piece -> !piece.line().at().isAfter(time));
  }

  /**
   * Pieces of purchases up to a time, of the newest first: who brings something back has most
   * likely bought it lately.
   *
   * @return with the wanted quantity in all; fewer when there are not so many
   */
  List<Taken> take(BigDecimal wanted, LocalDateTime until) {
    List<Taken> taken = new ArrayList<>();
    BigDecimal missing = wanted;
    for (Taken piece : pieces.reversed()) {
      if (missing.signum() <= 0) {
        break;
      }
      BigDecimal quantity = piece.quantity().min(missing);
      if (!piece.line().at().isAfter(until) && quantity.signum() > 0) {
        taken.add(new Taken(piece.invoice(), piece.line(), quantity));
        missing = missing.subtract(quantity);
      }
    }
    return taken;
  }
}
