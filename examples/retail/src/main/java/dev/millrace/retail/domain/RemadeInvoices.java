package dev.millrace.retail.domain;

import dev.millrace.core.Rehearsal;
import dev.millrace.retail.domain.ShopCommand.AdjustStock;
import dev.millrace.retail.domain.ShopCommand.CancelPurchases;
import dev.millrace.retail.domain.ShopCommand.PlaceOrder;
import dev.millrace.retail.domain.ShopEvent.CancellationDecided;
import dev.millrace.retail.domain.ShopEvent.GoodsMoved;
import dev.millrace.retail.domain.ShopEvent.LineCancelled;
import dev.millrace.retail.domain.ShopEvent.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes invoices again from their events: their payloads are not kept, since all that they say
 * stands there. What does not is how the lines that a cancellation refused stood among those that
 * it accepted, so that all ways are tried, and the one that the store's digest proves is taken.
 */
public final class RemadeInvoices {
  private RemadeInvoices() {}

  /** Lets a rehearsal make the three kinds of invoices again. */
  public static Rehearsal in(Rehearsal rehearsal) {
    return rehearsal
        .remaking(PlaceOrder.class, RemadeInvoices::order)
        .remaking(AdjustStock.class, RemadeInvoices::adjustment)
        .remaking(CancelPurchases.class, RemadeInvoices::cancellation);
  }

  private static Stream<PlaceOrder> order(List<Object> events) {
    List<GoodsMoved> moved = moved(events);
    return moved.stream()
        .limit(1)
        .map(first ->
            new PlaceOrder(first.invoice(), first.customer(), first.country(), lines(moved)));
  }

  private static Stream<AdjustStock> adjustment(List<Object> events) {
    List<GoodsMoved> moved = moved(events);
    return moved.stream()
        .limit(1)
        .map(first ->
            new AdjustStock(first.invoice(), first.customer(), first.country(), lines(moved)));
  }

  private static List<GoodsMoved> moved(List<Object> events) {
    return events.stream()
        .filter(GoodsMoved.class::isInstance)
        .map(GoodsMoved.class::cast)
        .toList();
  }

  private static List<Line> lines(List<GoodsMoved> moved) {
    return moved.stream().map(GoodsMoved::line).toList();
  }

  private static Stream<CancelPurchases> cancellation(List<Object> events) {
    List<Line> accepted = new ArrayList<>();
    List<Line> refused = new ArrayList<>();
    CancellationDecided decided = null;
    for (Object event : events) {
      if (event instanceof LineCancelled line) {
        accepted.add(line.line());
      } else if (event instanceof CancellationDecided all) {
        decided = all;
        refused = all.refused().stream().map(Refused::line).toList();
      }
    }
    return decided == null ? Stream.of() : candidates(decided, accepted, refused);
  }

  private static Stream<CancelPurchases> candidates(
      CancellationDecided decided, List<Line> accepted, List<Line> refused) {
    @Nullable String customer = decided.customer();
    return merged(accepted, refused)
        .map(lines ->
            new CancelPurchases(decided.cancellation(), customer, decided.country(), lines));
  }

  /** All lists with the elements of both, each in its order. */
  private static Stream<List<Line>> merged(List<Line> one, List<Line> other) {
    if (one.isEmpty() || other.isEmpty()) {
      List<Line> all = new ArrayList<>(one);
      all.addAll(other);
      return Stream.of(all);
    }
    return Stream.concat(
        Stream.of(one).flatMap(list -> first(list, merged(list.subList(1, list.size()), other))),
        Stream.of(other).flatMap(list -> first(list, merged(one, list.subList(1, list.size())))));
  }

  private static Stream<List<Line>> first(List<Line> from, Stream<List<Line>> rests) {
    return rests.map(rest -> {
      List<Line> all = new ArrayList<>(rest.size() + 1);
      all.add(from.get(0));
      all.addAll(rest);
      return all;
    });
  }
}
