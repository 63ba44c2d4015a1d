package dev.millrace.retail.domain;

import dev.millrace.core.Context;
import dev.millrace.core.Deciding2;
import dev.millrace.core.Events;
import dev.millrace.core.NoRejection;
import dev.millrace.core.Reaction;
import dev.millrace.core.Tag;
import dev.millrace.retail.domain.ShopCommand.AdjustStock;
import dev.millrace.retail.domain.ShopCommand.CancelPurchases;
import dev.millrace.retail.domain.ShopCommand.PlaceOrder;
import dev.millrace.retail.domain.ShopCommand.Restock;
import dev.millrace.retail.domain.ShopCommand.ReviewLoyalty;
import dev.millrace.retail.domain.ShopEvent.CancellationDecided;
import dev.millrace.retail.domain.ShopEvent.GiftGiven;
import dev.millrace.retail.domain.ShopEvent.GoodsMoved;
import dev.millrace.retail.domain.ShopEvent.LineCancelled;
import dev.millrace.retail.domain.ShopEvent.LineSold;
import dev.millrace.retail.domain.ShopEvent.LoyaltyTierReached;
import dev.millrace.retail.domain.ShopEvent.OrderExtended;
import dev.millrace.retail.domain.ShopEvent.OrderPlaced;
import dev.millrace.retail.domain.ShopEvent.ProductListed;
import dev.millrace.retail.domain.ShopEvent.Restocked;
import dev.millrace.retail.domain.ShopEvent.SalesInvoiced;
import dev.millrace.retail.domain.ShopEvent.StockAdjusted;
import dev.millrace.retail.domain.ShopEvent.StockRanLow;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shop as a context: what its events are called and what they are about, which views each
 * command reads, and which events lead to commands.
 */
public final class Shop {
  /** The context's name. */
  public static final String NAME = "retail";

  /** An invoice, a cancelling one too, by its number. */
  public static final Tag<String> INVOICE = Tag.named("invoice");

  /** A product, by its stock code. */
  public static final Tag<String> PRODUCT = Tag.named("product");

  /** A customer, by number. */
  public static final Tag<String> CUSTOMER = Tag.named("customer");

  /** What one customer buys of one product. */
  static final Tag<Purchase> PURCHASE = Tag.named("purchase", Purchase::tag);

  /** The names of the events that are lines of invoices of goods. */
  public static final Set<String> LINE_EVENTS = Set.of("line-sold", "gift-given", "stock-adjusted");

  private static final Events<ShopEvent> EVENTS =
      Events.of(ShopEvent.class)
          .tag(SalesInvoiced.class, INVOICE, SalesInvoiced::invoice)
          .tag(SalesInvoiced.class, CUSTOMER, SalesInvoiced::customer)
          .tag(GoodsMoved.class, PRODUCT, event -> event.line().product())
          .tag(GoodsMoved.class, INVOICE, GoodsMoved::invoice)
          .tag(LineSold.class, PURCHASE, Shop::purchase)
          .tag(ProductListed.class, PRODUCT, ProductListed::product)
          .tag(StockRanLow.class, PRODUCT, StockRanLow::product)
          .tag(Restocked.class, PRODUCT, Restocked::product)
          .tag(LineCancelled.class, PRODUCT, event -> event.line().product())
          .tag(LineCancelled.class, INVOICE, LineCancelled::cancellation)
          .tag(
              LineCancelled.class,
              PURCHASE,
              event -> new Purchase(event.customer(), event.line().product()))
          .tag(CancellationDecided.class, INVOICE, CancellationDecided::cancellation)
          .tag(CancellationDecided.class, CUSTOMER, CancellationDecided::customer)
          .tag(LoyaltyTierReached.class, CUSTOMER, LoyaltyTierReached::customer)
          .name("order-placed", OrderPlaced.class)
          .name("order-extended", OrderExtended.class)
          .name("line-sold", LineSold.class)
          .name("gift-given", GiftGiven.class)
          .name("stock-adjusted", StockAdjusted.class)
          .name("product-listed", ProductListed.class)
          .name("stock-ran-low", StockRanLow.class)
          .name("restocked", Restocked.class)
          .name("line-cancelled", LineCancelled.class)
          .name("cancellation-decided", CancellationDecided.class)
          .name("loyalty-tier-reached", LoyaltyTierReached.class);

  private static final Reaction LOW_STOCK =
      Reaction.named("low-stock")
          .on(
              StockRanLow.class,
              (event, commands) -> commands.send(new Restock(event.product(), event.ordered())));

  private static final Reaction LOYALTY =
      Reaction.named("loyalty")
          .on(
              SalesInvoiced.class,
              (event, commands) -> {
                String customer = event.customer();
                if (customer != null) {
                  commands.send(new ReviewLoyalty(customer));
                }
              });

  private Shop() {}

  private static @Nullable Purchase purchase(LineSold event) {
    String customer = event.customer();
    return customer == null ? null : new Purchase(customer, event.line().product());
  }

  /**
   * The context, without read models. The payloads of invoices are not kept: all that they say
   * stands in their events, and would double the store.
   */
  public static Context.Builder<ShopEvent> context() {
    return context(Ordering::decide);
  }

  /** The same with {@link BulkPrice}. */
  public static Context.Builder<ShopEvent> contextWithBulkPrice() {
    return context(BulkPrice::decide);
  }

  private static Context.Builder<ShopEvent> context(
      Deciding2.Decide<ShopEvent, PlaceOrder, NoRejection, KnownLines, Map<String, StockLevel>>
          ordering) {
    return Context.named(NAME)
        .events(EVENTS)
        .on(PlaceOrder.class)
        .withoutPayload()
        .reading(KnownLines.VIEW, PlaceOrder::invoice)
        .readingEach(StockLevel.VIEW, PlaceOrder::products)
        .decide(ordering)
        .on(AdjustStock.class)
        .withoutPayload()
        .reading(KnownLines.VIEW, AdjustStock::invoice)
        .readingEach(StockLevel.VIEW, AdjustStock::products)
        .decide(Ordering::decide)
        .on(CancelPurchases.class)
        .withoutPayload()
        .reading(CancellationAnswers.VIEW, CancelPurchases::invoice)
        .readingEach(OpenPurchases.VIEW, CancelPurchases::purchases)
        .decide(Cancelling::decide)
        .on(Restock.class)
        .reading(Outstanding.VIEW, Restock::product)
        .decide(Outstanding::restock)
        .on(ReviewLoyalty.class)
        .reading(Spend.VIEW, ReviewLoyalty::customer)
        .decide(Spend::review)
        .reaction(LOW_STOCK)
        .reaction(LOYALTY);
  }
}
