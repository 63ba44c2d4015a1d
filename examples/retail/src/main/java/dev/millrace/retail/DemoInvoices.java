package dev.millrace.retail;

import dev.millrace.retail.domain.Line;
import dev.millrace.retail.domain.ShopCommand.CancelPurchases;
import dev.millrace.retail.domain.ShopCommand.Invoice;
import dev.millrace.retail.domain.ShopCommand.PlaceOrder;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes invoices of the same shape as the real ones: some products sell all the time and most
 * rarely, nine orders in ten stay in the country, one in seven is a guest's, and now and then a
 * customer brings something back, or more than was bought.
 */
final class DemoInvoices {
  private static final int PRODUCTS = 1_500;
  private static final int CUSTOMERS = 900;
  private static final int MOST_LINES = 40;
  private static final int REMEMBERED_ORDERS = 200;
  private static final double CANCELLATIONS = 0.15;
  private static final double GUESTS = 0.14;

  private static final int[] PACKS = {1, 1, 2, 2, 3, 4, 6, 6, 8, 10, 12, 12, 24, 25, 48, 100};
  private static final List<String> ABROAD =
      List.of("Germany", "France", "EIRE", "Netherlands", "Spain", "Belgium", "Australia", "Japan");
  private static final List<String> COLOURS =
      List.of("RED", "WHITE", "BLUE", "PINK", "IVORY", "GREEN", "VINTAGE", "RETROSPOT");
  private static final List<String> THINGS =
      List.of(
          "LUNCH BOX",
          "HEART T-LIGHT HOLDER",
          "CAKE TIN",
          "PAPER BUNTING",
          "ALARM CLOCK",
          "MUG",
          "PICTURE FRAME",
          "UMBRELLA",
          "JUMBO BAG",
          "DOORMAT",
          "METAL SIGN",
          "CANDLE",
          "TEA TOWEL");

  private final RandomGenerator random;
  private final Deque<PlaceOrder> recent = new ArrayDeque<>();
  private long number;

  /**
   * Makes a source.
   *
   * @param firstNumber of the invoices, which are numbered in turn
   */
  DemoInvoices(RandomGenerator random, long firstNumber) {
    this.random = random;
    this.number = firstNumber;
  }

  /** The next invoice. */
  Invoice next(LocalDateTime at) {
    PlaceOrder bought = random.nextDouble() < CANCELLATIONS ? someRecent() : null;
    if (bought != null) {
      return cancellation(bought, at);
    }
    PlaceOrder order = order(at);
    if (order.customer() != null) {
      recent.addLast(order);
      if (recent.size() > REMEMBERED_ORDERS) {
        recent.removeFirst();
      }
    }
    return order;
  }

  private @Nullable PlaceOrder someRecent() {
    return recent.isEmpty() ? null : List.copyOf(recent).get(random.nextInt(recent.size()));
  }

  private CancelPurchases cancellation(PlaceOrder bought, LocalDateTime at) {
    Line line = bought.lines().get(random.nextInt(bought.lines().size()));
    int most = line.quantity().intValueExact() + (random.nextInt(10) == 0 ? 50 : 0);
    Line back =
        new Line(
            1,
            line.product(),
            line.description(),
            BigDecimal.valueOf(1 + random.nextInt(most)),
            line.unitPrice(),
            at);
    return new CancelPurchases("C" + number++, bought.customer(), bought.country(), List.of(back));
  }

  private PlaceOrder order(LocalDateTime at) {
    int buyer = random.nextInt(CUSTOMERS);
    boolean guest = random.nextDouble() < GUESTS;
    String country = buyer % 10 == 0 ? ABROAD.get(buyer / 10 % ABROAD.size()) : "United Kingdom";
    Map<Integer, Line> lines = new LinkedHashMap<>();
    int wanted = 1 + random.nextInt(MOST_LINES);
    while (lines.size() < wanted) {
      int product = product();
      lines.put(product, line(product, at));
    }
    return new PlaceOrder(
        Long.toString(number++),
        guest ? null : Integer.toString(20_000 + buyer),
        guest ? "United Kingdom" : country,
        new ArrayList<>(lines.values()));
  }

  /** Cubed, so that the first tenth of the products is nearly half of what is sold. */
  private int product() {
    double where = random.nextDouble();
    return (int) (where * where * where * PRODUCTS);
  }

  private Line line(int product, LocalDateTime at) {
    String description =
        COLOURS.get(product % COLOURS.size()) + " " + THINGS.get(product / 7 % THINGS.size());
    return new Line(
        1,
        Integer.toString(90_000 + product),
        description,
        BigDecimal.valueOf(PACKS[random.nextInt(PACKS.length)]),
        BigDecimal.valueOf(19 + product * 37L % 1_276, 2),
        at);
  }
}
