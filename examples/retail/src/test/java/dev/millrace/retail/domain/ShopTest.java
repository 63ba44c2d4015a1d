package dev.millrace.retail.domain;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.Context;
import dev.millrace.retail.domain.ShopCommand.AdjustStock;
import dev.millrace.retail.domain.ShopCommand.CancelPurchases;
import dev.millrace.retail.domain.ShopCommand.MoreThanOrdered;
import dev.millrace.retail.domain.ShopCommand.PlaceOrder;
import dev.millrace.retail.domain.ShopCommand.Restock;
import dev.millrace.retail.domain.ShopCommand.ReviewLoyalty;
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
import dev.millrace.retail.domain.ShopEvent.StockAdjusted;
import dev.millrace.retail.domain.ShopEvent.StockRanLow;
import dev.millrace.retail.domain.ShopEvent.Taken;
import dev.millrace.testkit.DeciderFixture;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The shop's decisions: given, when, then. */
final class ShopTest {
  private static final Context SHOP = Shop.context().build();
  private static final LocalDateTime MONDAY = LocalDateTime.of(2011, 1, 3, 9, 0);
  private static final LocalDateTime TUESDAY = MONDAY.plusDays(1);
  private static final String UK = "United Kingdom";

  private final DeciderFixture shop = DeciderFixture.of(SHOP);

  private static Line line(String product, String quantity, String price, LocalDateTime at) {
    return line(1, product, quantity, price, at);
  }

  private static Line line(
      int copy, String product, String quantity, String price, LocalDateTime at) {
    return new Line(copy, product, "THING", new BigDecimal(quantity), new BigDecimal(price), at);
  }

  private static BigDecimal decimal(String number) {
    return new BigDecimal(number);
  }

  private static BigDecimal pieces(long number) {
    return BigDecimal.valueOf(number);
  }

  private static LineSold sold(String invoice, Line line) {
    return new LineSold(invoice, line, "7", UK);
  }

  @Test
  void anOrderListsItsProductsSellsItsLinesAndOrdersWhatRunsLow() {
    Line mugs = line("10001", "6", "2.50", MONDAY);
    Line post = line("POST", "1", "18", MONDAY);
    shop.when(new PlaceOrder("1", "7", UK, List.of(mugs, post)))
        .thenAccepted(
            new OrderPlaced("1", "7", UK, MONDAY, 2, decimal("33.0")),
            new ProductListed("10001", "THING", MONDAY),
            sold("1", mugs),
            new ProductListed("POST", "THING", MONDAY),
            sold("1", post),
            new StockRanLow("10001", pieces(-6), pieces(106)));
  }

  @Test
  void anOrderSellsNothingNegative() {
    for (String quantity : List.of("-4", "0")) {
      List<Line> lines =
          List.of(line("10001", "6", "2.50", MONDAY), line("10002", quantity, "4.50", MONDAY));

      assertThatThrownBy(() -> new PlaceOrder("1", "7", UK, lines))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("order 1 sells " + quantity + "; what comes back is cancelled");
    }
  }

  @Test
  void nothingIsOrderedWhileEnoughIsThereOrOnOrder() {
    Line mugs = line("10001", "6", "2.50", MONDAY);
    shop.given(
            new ProductListed("10001", "THING", MONDAY),
            new StockRanLow("10001", pieces(0), pieces(100)))
        .when(new PlaceOrder("1", null, UK, List.of(mugs)))
        .thenAccepted(
            new OrderPlaced("1", null, UK, MONDAY, 1, decimal("15.0")),
            new LineSold("1", mugs, null, UK));
  }

  @Test
  void anOrderThatComesAgainAddsOnlyTheLinesThatAreNew() {
    Line mugs = line("10001", "6", "2.50", MONDAY);
    Line again = line(2, "10001", "6", "2.50", MONDAY);
    DeciderFixture given =
        shop.given(
            new OrderPlaced("1", "7", UK, MONDAY, 1, decimal("15.0")),
            new ProductListed("10001", "THING", MONDAY),
            sold("1", mugs),
            new StockRanLow("10001", pieces(-6), pieces(106)));
    given.when(new PlaceOrder("1", "7", UK, List.of(mugs))).thenAccepted();
    given
        .when(new PlaceOrder("1", "7", UK, List.of(mugs, again)))
        .thenAccepted(
            new OrderExtended("1", "7", UK, MONDAY, 1, decimal("15.0")), sold("1", again));
  }

  @Test
  void aPriceOfZeroIsAGiftToACustomerAndAnAdjustmentElsewhere() {
    Line free = line("10001", "6", "0", MONDAY);
    shop.given(
            new ProductListed("10001", "THING", MONDAY),
            new StockRanLow("10001", pieces(0), pieces(100)))
        .when(new AdjustStock("1", "7", UK, List.of(free)))
        .thenAccepted(new GiftGiven("1", free, "7", UK))
        .when(new AdjustStock("2", null, UK, List.of(free)))
        .thenAccepted(new StockAdjusted("2", free, null, UK));
  }

  @Test
  void whatIsDamagedIsOrderedAgain() {
    Line damaged = line("10001", "-90", "0", MONDAY);
    shop.given(
            new ProductListed("10001", "THING", MONDAY),
            new StockRanLow("10001", pieces(0), pieces(100)))
        .when(new AdjustStock("1", null, UK, List.of(damaged)))
        .thenAccepted(
            new StockAdjusted("1", damaged, null, UK),
            new StockRanLow("10001", pieces(10), pieces(90)));
  }

  @Test
  void aDeliveryBringsWhatWasOrderedAndNoMore() {
    shop.given(new StockRanLow("10001", pieces(-6), pieces(106)))
        .when(new Restock("10001", pieces(106)))
        .thenAccepted(new Restocked("10001", pieces(106)))
        .when(new Restock("10001", pieces(1)))
        .thenRejected(new MoreThanOrdered(pieces(0)));
  }

  @Test
  void aCancellationTakesBackTheNewestPurchasesBeforeItAtItsOwnPrice() {
    Line first = line("10001", "6", "2", MONDAY);
    Line second = line("10001", "4", "3", MONDAY.plusHours(1));
    Line later = line("10001", "100", "3", TUESDAY.plusHours(1));
    Line back = line("10001", "5", "2.75", TUESDAY);
    shop.given(sold("1", first), sold("2", second), sold("3", later))
        .when(new CancelPurchases("C4", "7", UK, List.of(back)))
        .thenAccepted(
            new LineCancelled(
                "C4",
                back,
                "7",
                UK,
                List.of(new Taken("2", second, pieces(4)), new Taken("1", first, pieces(1)))),
            new CancellationDecided("C4", "7", UK, TUESDAY, 1, decimal("13.75"), List.of()));
  }

  @Test
  void linesOfACancellationAreRefusedEachForItsReason() {
    Line back = line("10001", "4", "2", TUESDAY);
    Line moreBack = line(2, "10001", "4", "2", TUESDAY);
    Line never = line("10002", "1", "2", TUESDAY);
    Line discount = line("D", "1", "27.5", TUESDAY);
    Line manual = line("M", "1", "2053.07", TUESDAY);
    Line bought = line("10001", "6", "2", MONDAY);
    Line manualBefore = line("M", "1", "162.6", MONDAY);
    shop.given(sold("1", bought), sold("1", manualBefore))
        .when(new CancelPurchases("C4", "7", UK, List.of(back, moreBack, never, discount, manual)))
        .thenAccepted(
            new LineCancelled("C4", back, "7", UK, List.of(new Taken("1", bought, pieces(4)))),
            new CancellationDecided(
                "C4",
                "7",
                UK,
                TUESDAY,
                1,
                pieces(8),
                List.of(
                    new Refused(moreBack, RefusalReason.MORE_THAN_BOUGHT),
                    new Refused(never, RefusalReason.NEVER_BOUGHT),
                    new Refused(discount, RefusalReason.CHARGE_WITHOUT_PURCHASE),
                    new Refused(manual, RefusalReason.MORE_THAN_PAID))));
  }

  @Test
  void aGuestCannotCancelAndIsToldTheSameAgain() {
    Line back = line("10001", "4", "2", TUESDAY);
    CancelPurchases command = new CancelPurchases("C4", null, UK, List.of(back));
    CancellationDecided refused =
        new CancellationDecided(
            "C4",
            null,
            UK,
            TUESDAY,
            0,
            pieces(0),
            List.of(new Refused(back, RefusalReason.GUEST_CANCELLATION)));
    shop.when(command).thenAccepted(refused).when(command).thenAccepted();
  }

  @Test
  void aCustomerReachesEachTierOnce() {
    shop.given(new OrderPlaced("1", "7", UK, MONDAY, 1, pieces(900)))
        .when(new ReviewLoyalty("7"))
        .thenAccepted()
        .given(new OrderPlaced("2", "7", UK, MONDAY, 1, pieces(4_100)))
        .when(new ReviewLoyalty("7"))
        .thenAccepted(
            new LoyaltyTierReached("7", LoyaltyTier.BRONZE, pieces(5_000)),
            new LoyaltyTierReached("7", LoyaltyTier.SILVER, pieces(5_000)))
        .when(new ReviewLoyalty("7"))
        .thenAccepted();
  }
}
