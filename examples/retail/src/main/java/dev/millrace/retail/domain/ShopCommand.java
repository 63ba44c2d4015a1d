package dev.millrace.retail.domain;

import dev.millrace.core.Command;
import dev.millrace.core.NoRejection;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is asked of the shop. */
public sealed interface ShopCommand {
  /**
   * Most lines of one command: each may become three events, and an append has a limit. Longer
   * invoices are sent in parts.
   */
  int MAX_LINES = 2_000;

  /** An invoice of goods. */
  sealed interface Invoice extends ShopCommand, Command<NoRejection> {
    /** Its number. */
    String invoice();

    /** Whose it is; null: a guest, or the shop itself. */
    @Nullable String customer();

    /** Where to. */
    String country();

    /** At least one. */
    List<Line> lines();

    /** The products on it, in the order of the lines. */
    default Set<String> products() {
      Set<String> products = new LinkedHashSet<>();
      lines().forEach(line -> products.add(line.product()));
      return products;
    }
  }

  /** Records an invoice with at least one sale; gifts and adjustments may stand on it too. */
  record PlaceOrder(String invoice, @Nullable String customer, String country, List<Line> lines)
      implements Invoice {
    public PlaceOrder {
      lines = checked(lines);
      boolean guest = customer == null;
      if (lines.stream().noneMatch(line -> line.kind(guest) == LineKind.SALE)) {
        throw new IllegalArgumentException("order " + invoice + " sells nothing");
      }
      for (Line line : lines) {
        if (line.kind(guest) == LineKind.SALE && line.quantity().signum() <= 0) {
          throw new IllegalArgumentException(
              "order " + invoice + " sells " + line.quantity() + "; what comes back is cancelled");
        }
      }
    }
  }

  /** Records an invoice that moves goods without money: adjustments and gifts. */
  record AdjustStock(String invoice, @Nullable String customer, String country, List<Line> lines)
      implements Invoice {
    public AdjustStock {
      lines = checked(lines);
      boolean guest = customer == null;
      if (lines.stream().anyMatch(line -> line.kind(guest) == LineKind.SALE)) {
        throw new IllegalArgumentException("invoice " + invoice + " has sales: place an order");
      }
    }
  }

  /**
   * Takes back what was bought. Never rejected as a whole: each line is accepted or refused, and
   * the shop remembers which.
   *
   * @param lines with the quantities to take back, above 0
   */
  record CancelPurchases(
      String invoice, @Nullable String customer, String country, List<Line> lines)
      implements Invoice {
    public CancelPurchases {
      lines = checked(lines);
      for (Line line : lines) {
        if (line.quantity().signum() <= 0) {
          throw new IllegalArgumentException(
              "cancellation " + invoice + " takes back " + line.quantity());
        }
      }
    }

    /** The purchases that the lines may refer to; none for a guest. */
    Set<Purchase> purchases() {
      String buyer = customer;
      if (buyer == null) {
        return Set.of();
      }
      Set<Purchase> purchases = new LinkedHashSet<>();
      products().forEach(product -> purchases.add(new Purchase(buyer, product)));
      return purchases;
    }
  }

  /** Takes in what was ordered when stock ran low. */
  record Restock(String product, BigDecimal quantity)
      implements ShopCommand, Command<MoreThanOrdered> {
    public Restock {
      if (quantity.signum() <= 0) {
        throw new IllegalArgumentException("a delivery must have a quantity above 0: " + quantity);
      }
    }
  }

  /** More comes in than is outstanding. */
  record MoreThanOrdered(BigDecimal outstanding) {}

  /** Sees whether a customer has reached a loyalty tier. */
  record ReviewLoyalty(String customer) implements ShopCommand, Command<NoRejection> {}

  private static List<Line> checked(List<Line> lines) {
    if (lines.isEmpty() || lines.size() > MAX_LINES) {
      throw new IllegalArgumentException(
          "an invoice must have 1 to " + MAX_LINES + " lines, not " + lines.size());
    }
    Set<Line> different = new LinkedHashSet<>(lines);
    if (different.size() < lines.size()) {
      List<Line> twice = new ArrayList<>(lines);
      different.forEach(twice::remove);
      throw new IllegalArgumentException("lines stand twice; count their copies: " + twice.get(0));
    }
    return List.copyOf(lines);
  }
}
