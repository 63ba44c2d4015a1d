package dev.millrace.retail.readmodel;

import dev.millrace.core.Projection;
import dev.millrace.core.Recorded;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.JdbcTransaction;
import dev.millrace.retail.domain.Line;
import dev.millrace.retail.domain.Products;
import dev.millrace.retail.domain.ShopEvent;
import dev.millrace.retail.domain.ShopEvent.CancellationDecided;
import dev.millrace.retail.domain.ShopEvent.GiftGiven;
import dev.millrace.retail.domain.ShopEvent.LineCancelled;
import dev.millrace.retail.domain.ShopEvent.LineSold;
import dev.millrace.retail.domain.ShopEvent.LoyaltyTierReached;
import dev.millrace.retail.domain.ShopEvent.OrderExtended;
import dev.millrace.retail.domain.ShopEvent.OrderPlaced;
import dev.millrace.retail.domain.ShopEvent.ProductListed;
import dev.millrace.retail.domain.ShopEvent.Refused;
import dev.millrace.retail.domain.ShopEvent.Restocked;
import dev.millrace.retail.domain.ShopEvent.SalesInvoiced;
import dev.millrace.retail.domain.ShopEvent.StockAdjusted;
import dev.millrace.retail.domain.ShopEvent.StockRanLow;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/** The projections, and what their tables are called. */
public final class ReadModels {
  /** Revenue by country. */
  public static final String BY_COUNTRY = "revenue-by-country";

  /** Revenue by day. */
  public static final String BY_DAY = "revenue-by-day";

  /** Products and their stock. */
  public static final String PRODUCTS = "products";

  /** Customers by what they spent. */
  public static final String CUSTOMERS = "customers";

  /** Cancellations, and why lines of them were refused. */
  public static final String CANCELLATIONS = "cancellations";

  /** All five. */
  public static final List<String> ALL =
      List.of(BY_COUNTRY, BY_DAY, PRODUCTS, CUSTOMERS, CANCELLATIONS);

  /** While orders come in, rows are written some times a second, not for each order. */
  private static final Duration LINGER = Duration.ofMillis(200);

  private static final String NET = "gross - refunded";
  private static final List<String> REVENUE = List.of("orders", "gross", "refunded");

  private static final FoldedTable COUNTRY =
      new FoldedTable("revenue_by_country", "country VARCHAR(60)", REVENUE, List.of())
          .computing("net", NET);
  private static final FoldedTable DAY =
      new FoldedTable("revenue_by_day", "sold_on DATE", REVENUE, List.of()).computing("net", NET);
  private static final FoldedTable PRODUCT =
      new FoldedTable(
          "product",
          "code VARCHAR(60)",
          List.of(
              "sold",
              "revenue",
              "given",
              "adjusted",
              "cancelled",
              "refunded",
              "ordered",
              "restocked"),
          List.of("description"));
  private static final FoldedTable CUSTOMER =
      new FoldedTable(
          "customer",
          "number VARCHAR(60)",
          List.of("orders", "gross", "refunded"),
          List.of("country", "tier"));
  private static final FoldedTable CANCELLATION =
      new FoldedTable(
          "cancellation",
          "number VARCHAR(60)",
          List.of("accepted", "refused", "refund"),
          List.of("customer", "country", "decided_for"));
  private static final FoldedTable REFUSAL =
      new FoldedTable("refusal", "reason VARCHAR(60)", List.of("lines", "amount"), List.of());

  private ReadModels() {}

  /** The five projections into a database. */
  public static List<Projection<JdbcTransaction>> into(JdbcReadModel database) {
    return into(database, ReadModels::stocked);
  }

  /** The same, but charges earn no revenue among the products: a change to rehearse. */
  public static List<Projection<JdbcTransaction>> withChargesApart(JdbcReadModel database) {
    return into(database, ReadModels::stockedWithChargesApart);
  }

  private static List<Projection<JdbcTransaction>> into(
      JdbcReadModel database, BiConsumer<ShopEvent.Stocked, FoldedTable.Fold> stocked) {
    return List.of(
        projection(BY_COUNTRY, database, COUNTRY)
            .onBatch(SalesInvoiced.class, folded(COUNTRY, ReadModels::soldByCountry))
            .onBatch(CancellationDecided.class, folded(COUNTRY, ReadModels::refundedByCountry)),
        projection(BY_DAY, database, DAY)
            .onBatch(SalesInvoiced.class, folded(DAY, ReadModels::soldByDay))
            .onBatch(CancellationDecided.class, folded(DAY, ReadModels::refundedByDay)),
        projection(PRODUCTS, database, PRODUCT)
            .onBatch(ShopEvent.Stocked.class, folded(PRODUCT, stocked)),
        projection(CUSTOMERS, database, CUSTOMER)
            .onBatch(SalesInvoiced.class, folded(CUSTOMER, ReadModels::bought))
            .onBatch(CancellationDecided.class, folded(CUSTOMER, ReadModels::refundedCustomer))
            .onBatch(LoyaltyTierReached.class, folded(CUSTOMER, ReadModels::reached)),
        projection(CANCELLATIONS, database, CANCELLATION, REFUSAL)
            .onBatch(
                CancellationDecided.class,
                (events, transaction) -> {
                  folded(CANCELLATION, ReadModels::decided).handle(events, transaction);
                  folded(REFUSAL, ReadModels::refused).handle(events, transaction);
                }));
  }

  private static Projection<JdbcTransaction> projection(
      String name, JdbcReadModel database, FoldedTable... tables) {
    return Projection.named(name, 1)
        .into(database)
        .batchesOf(Projection.MAX_BATCH)
        .lingering(LINGER)
        .showing(Stream.of(tables).map(FoldedTable::name).toArray(String[]::new))
        .creating(transaction -> List.of(tables).forEach(table -> table.create(transaction)))
        .clearing(transaction -> List.of(tables).forEach(table -> table.clear(transaction)));
  }

  private static <V> Projection.BatchHandler<V, JdbcTransaction> folded(
      FoldedTable table, BiConsumer<V, FoldedTable.Fold> change) {
    return (events, transaction) -> {
      FoldedTable.Fold fold = table.fold();
      for (Recorded<V> event : events) {
        change.accept(event.event(), fold);
      }
      fold.write(transaction);
    };
  }

  private static int newOrders(SalesInvoiced event) {
    return switch (event) {
      case OrderPlaced placed -> 1;
      case OrderExtended extended -> 0;
    };
  }

  private static void soldByCountry(SalesInvoiced event, FoldedTable.Fold rows) {
    rows.add(event.country(), "orders", newOrders(event));
    rows.add(event.country(), "gross", event.gross());
  }

  private static void refundedByCountry(CancellationDecided event, FoldedTable.Fold rows) {
    if (event.accepted() > 0) {
      rows.add(event.country(), "refunded", event.refund());
    }
  }

  private static void soldByDay(SalesInvoiced event, FoldedTable.Fold rows) {
    rows.add(event.at().toLocalDate(), "orders", newOrders(event));
    rows.add(event.at().toLocalDate(), "gross", event.gross());
  }

  private static void refundedByDay(CancellationDecided event, FoldedTable.Fold rows) {
    if (event.accepted() > 0) {
      rows.add(event.at().toLocalDate(), "refunded", event.refund());
    }
  }

  private static void stocked(ShopEvent.Stocked event, FoldedTable.Fold rows) {
    switch (event) {
      case ProductListed listed ->
          rows.label(listed.product(), "description", listed.description());
      case LineSold sold -> {
        Line line = sold.line();
        rows.add(line.product(), "sold", line.quantity());
        rows.add(line.product(), "revenue", line.value());
        rows.label(line.product(), "description", line.description());
      }
      case GiftGiven given -> rows.add(given.line().product(), "given", given.line().quantity());
      case StockAdjusted adjusted ->
          rows.add(adjusted.line().product(), "adjusted", adjusted.line().quantity());
      case LineCancelled cancelled -> {
        rows.add(cancelled.line().product(), "cancelled", cancelled.line().quantity());
        rows.add(cancelled.line().product(), "refunded", cancelled.line().value());
      }
      case StockRanLow low -> rows.add(low.product(), "ordered", low.ordered());
      case Restocked delivery -> rows.add(delivery.product(), "restocked", delivery.quantity());
    }
  }

  private static void stockedWithChargesApart(ShopEvent.Stocked event, FoldedTable.Fold rows) {
    switch (event) {
      case LineSold sold when Products.isCharge(sold.line().product()) -> {
        rows.add(sold.line().product(), "sold", sold.line().quantity());
        rows.label(sold.line().product(), "description", sold.line().description());
      }
      default -> stocked(event, rows);
    }
  }

  private static void bought(SalesInvoiced event, FoldedTable.Fold rows) {
    String customer = event.customer();
    if (customer != null) {
      rows.add(customer, "orders", newOrders(event));
      rows.add(customer, "gross", event.gross());
      rows.label(customer, "country", event.country());
    }
  }

  private static void refundedCustomer(CancellationDecided event, FoldedTable.Fold rows) {
    String customer = event.customer();
    if (customer != null && event.accepted() > 0) {
      rows.add(customer, "refunded", event.refund());
    }
  }

  private static void reached(LoyaltyTierReached event, FoldedTable.Fold rows) {
    rows.label(event.customer(), "tier", event.tier().name());
  }

  private static void decided(CancellationDecided event, FoldedTable.Fold rows) {
    rows.add(event.cancellation(), "accepted", event.accepted());
    rows.add(event.cancellation(), "refused", event.refused().size());
    rows.add(event.cancellation(), "refund", event.refund());
    rows.label(event.cancellation(), "customer", event.customer());
    rows.label(event.cancellation(), "country", event.country());
    rows.label(event.cancellation(), "decided_for", event.at().toString());
  }

  private static void refused(CancellationDecided event, FoldedTable.Fold rows) {
    for (Refused refused : event.refused()) {
      rows.add(refused.reason().label(), "lines", 1);
      rows.add(refused.reason().label(), "amount", refused.line().value());
    }
  }
}
