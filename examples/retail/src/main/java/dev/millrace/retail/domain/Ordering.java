package dev.millrace.retail.domain;

import static dev.millrace.core.Decision.accept;

import dev.millrace.core.Decision;
import dev.millrace.core.NoRejection;
import dev.millrace.retail.domain.ShopCommand.Invoice;
import dev.millrace.retail.domain.ShopEvent.GiftGiven;
import dev.millrace.retail.domain.ShopEvent.LineSold;
import dev.millrace.retail.domain.ShopEvent.OrderExtended;
import dev.millrace.retail.domain.ShopEvent.OrderPlaced;
import dev.millrace.retail.domain.ShopEvent.ProductListed;
import dev.millrace.retail.domain.ShopEvent.StockAdjusted;
import dev.millrace.retail.domain.ShopEvent.StockRanLow;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decides invoices that move goods, over the levels of all their products. */
final class Ordering {
  private final Invoice invoice;
  private final boolean guest;
  private final Map<String, StockLevel> levels;
  private final List<ShopEvent> events = new ArrayList<>();

  private Ordering(Invoice invoice, Map<String, StockLevel> levels) {
    this.invoice = invoice;
    this.guest = invoice.customer() == null;
    this.levels = new LinkedHashMap<>(levels);
  }

  /** Records the lines that are new; none: nothing changes. */
  static Decision<ShopEvent, NoRejection> decide(
      KnownLines known, Map<String, StockLevel> levels, Invoice invoice) {
    List<Line> lines = known.unknownOf(invoice);
    if (lines.isEmpty()) {
      return accept();
    }
    Ordering ordering = new Ordering(invoice, levels);
    ordering.head(known.ordered(), lines);
    lines.forEach(ordering::move);
    ordering.reorder(lines);
    return accept(ordering.events);
  }

  private void head(boolean ordered, List<Line> lines) {
    int sales = 0;
    BigDecimal gross = BigDecimal.ZERO;
    LocalDateTime at = LocalDateTime.MAX;
    for (Line line : lines) {
      if (line.kind(guest) == LineKind.SALE) {
        sales++;
        gross = gross.add(line.value());
        at = line.at().isBefore(at) ? line.at() : at;
      }
    }
    String number = invoice.invoice();
    if (sales > 0) {
      events.add(
          ordered
              ? new OrderExtended(number, invoice.customer(), invoice.country(), at, sales, gross)
              : new OrderPlaced(number, invoice.customer(), invoice.country(), at, sales, gross));
    }
  }

  private void move(Line line) {
    String product = line.product();
    StockLevel level = levelOf(product);
    LineKind kind = line.kind(guest);
    if (!level.listed()) {
      String description = kind == LineKind.ADJUSTMENT ? "" : line.description();
      events.add(new ProductListed(product, description, line.at()));
      level = level.list();
    }
    String number = invoice.invoice();
    switch (kind) {
      case SALE -> events.add(new LineSold(number, line, invoice.customer(), invoice.country()));
      case GIFT -> events.add(new GiftGiven(number, line, invoice.customer(), invoice.country()));
      case ADJUSTMENT ->
          events.add(new StockAdjusted(number, line, invoice.customer(), invoice.country()));
    }
    levels.put(
        product,
        kind == LineKind.ADJUSTMENT ? level.add(line.quantity()) : level.sell(line.quantity()));
  }

  /** Looked at once, after all lines: an invoice may sell a product on several of them. */
  private void reorder(List<Line> lines) {
    for (String product : lines.stream().map(Line::product).distinct().toList()) {
      StockLevel level = levelOf(product);
      if (!Products.isCharge(product) && level.isLow()) {
        events.add(new StockRanLow(product, level.available(), level.missing()));
      }
    }
  }

  private StockLevel levelOf(String product) {
    StockLevel level = levels.get(product);
    if (level == null) {
      throw new IllegalStateException("the level of product '" + product + "' was not read");
    }
    return level;
  }
}
