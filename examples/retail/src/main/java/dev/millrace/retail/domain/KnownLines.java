package dev.millrace.retail.domain;

import dev.millrace.core.View;
import dev.millrace.retail.domain.ShopEvent.GoodsMoved;
import dev.millrace.retail.domain.ShopEvent.OrderPlaced;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the shop has recorded of an invoice. An invoice that comes again is decided against it, so
 * that each line counts once, however its lines are spread over files and runs.
 *
 * @param ordered whether an order was placed with it
 * @param known its lines, each with whom it was for
 */
public record KnownLines(boolean ordered, Set<Known> known) {
  /** Of one invoice. */
  public static final View<String, KnownLines> VIEW =
      View.of(KnownLines.class)
          .keyed(Shop.INVOICE)
          .starting(new KnownLines(false, Set.of()))
          .on(OrderPlaced.class, (invoice, event) -> new KnownLines(true, invoice.known()))
          .on(GoodsMoved.class, KnownLines::with);

  /** A line and whom it was for. */
  public record Known(Line line, @Nullable String customer, String country) {}

  private KnownLines with(GoodsMoved event) {
    Set<Known> more = new HashSet<>(known);
    more.add(new Known(event.line(), event.customer(), event.country()));
    return new KnownLines(ordered, more);
  }

  /** Those lines of an invoice that are not recorded yet. */
  public List<Line> unknownOf(ShopCommand.Invoice invoice) {
    List<Line> unknown = new ArrayList<>();
    for (Line line : invoice.lines()) {
      if (!known.contains(new Known(line, invoice.customer(), invoice.country()))) {
        unknown.add(line);
      }
    }
    return unknown;
  }
}
