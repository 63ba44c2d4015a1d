package dev.millrace.retail.domain;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What happens in the shop. */
public sealed interface ShopEvent {

  /** An invoice with sales, or more sales of one. Its lines are events of their own. */
  sealed interface SalesInvoiced extends ShopEvent {
    /** The invoice's number. */
    String invoice();

    /** Who bought; null: a guest. */
    @Nullable String customer();

    /** Where to. */
    String country();

    /** When. */
    LocalDateTime at();

    /** How many lines are sales. */
    int lines();

    /** Sum of quantity × price over them. */
    BigDecimal gross();
  }

  /** Something about one product and how much there is of it. */
  sealed interface Stocked extends ShopEvent {}

  /** A line of an invoice that moves goods out of the shop, or corrects how many there are. */
  sealed interface GoodsMoved extends Stocked {
    /** The invoice's number. */
    String invoice();

    /** The line. */
    Line line();

    /** Whose invoice it is; null: a guest, or the shop itself. */
    @Nullable String customer();

    /** Where to. */
    String country();
  }

  /** A product was seen for the first time. */
  record ProductListed(String product, String description, LocalDateTime at) implements Stocked {}

  /** A customer or a guest has bought. */
  record OrderPlaced(
      String invoice,
      @Nullable String customer,
      String country,
      LocalDateTime at,
      int lines,
      BigDecimal gross)
      implements SalesInvoiced {}

  /** Further lines of an order that was placed before. */
  record OrderExtended(
      String invoice,
      @Nullable String customer,
      String country,
      LocalDateTime at,
      int lines,
      BigDecimal gross)
      implements SalesInvoiced {}

  /** A product was sold. */
  record LineSold(String invoice, Line line, @Nullable String customer, String country)
      implements GoodsMoved {}

  /** A customer got goods for nothing. */
  record GiftGiven(String invoice, Line line, @Nullable String customer, String country)
      implements GoodsMoved {}

  /** Stock was corrected by the signed quantity; the description says why, if anything. */
  record StockAdjusted(String invoice, Line line, @Nullable String customer, String country)
      implements GoodsMoved {}

  /**
   * So little of a product was left that more was ordered.
   *
   * @param available on hand and on order, before this; may be negative: sold before it came in
   * @param ordered how many were ordered
   */
  record StockRanLow(String product, BigDecimal available, BigDecimal ordered) implements Stocked {}

  /** What was ordered came in. */
  record Restocked(String product, BigDecimal quantity) implements Stocked {}

  /**
   * Pieces that a customer had bought were taken back.
   *
   * @param cancellation number of the cancelling invoice
   * @param line with the quantity taken back, and the price at which it was refunded
   * @param from which purchases
   */
  record LineCancelled(
      String cancellation, Line line, String customer, String country, List<Taken> from)
      implements Stocked {
    public LineCancelled {
      from = List.copyOf(from);
    }
  }

  /** Pieces of one purchase; {@code line} is the line of the invoice that sold them. */
  record Taken(String invoice, Line line, BigDecimal quantity) {}

  /**
   * A cancellation was looked at, line by line. What was taken back stands in events before this
   * one; this also stands when all was refused, so that the shop remembers its answer.
   *
   * @param accepted how many lines were taken back
   * @param refund the sum of their quantity × price
   */
  record CancellationDecided(
      String cancellation,
      @Nullable String customer,
      String country,
      LocalDateTime at,
      int accepted,
      BigDecimal refund,
      List<Refused> refused)
      implements ShopEvent {
    public CancellationDecided {
      refused = List.copyOf(refused);
    }
  }

  /** A line that was not taken back, and why. */
  record Refused(Line line, RefusalReason reason) {}

  /** A customer has spent enough for a tier. */
  record LoyaltyTierReached(String customer, LoyaltyTier tier, BigDecimal spend)
      implements ShopEvent {}
}
