package dev.millrace.retail.domain;

import static dev.millrace.core.Decision.accept;

import dev.millrace.core.Decision;
import dev.millrace.core.NoRejection;
import dev.millrace.retail.domain.ShopCommand.CancelPurchases;
import dev.millrace.retail.domain.ShopEvent.CancellationDecided;
import dev.millrace.retail.domain.ShopEvent.LineCancelled;
import dev.millrace.retail.domain.ShopEvent.Refused;
import dev.millrace.retail.domain.ShopEvent.Taken;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decides cancellations, line by line, over what the customer has bought. */
final class Cancelling {
  private final CancelPurchases command;
  private final Map<Purchase, OpenPurchases> open;
  private final List<ShopEvent> events = new ArrayList<>();
  private final List<Refused> refused = new ArrayList<>();
  private BigDecimal refund = BigDecimal.ZERO;

  private Cancelling(CancelPurchases command, Map<Purchase, OpenPurchases> open) {
    this.command = command;
    this.open = new LinkedHashMap<>(open);
  }

  /** Answers the lines that have not been answered; none: nothing changes. */
  static Decision<ShopEvent, NoRejection> decide(
      CancellationAnswers answers, Map<Purchase, OpenPurchases> open, CancelPurchases command) {
    List<Line> lines = command.lines().stream().filter(line -> !answers.has(line)).toList();
    if (lines.isEmpty()) {
      return accept();
    }
    Cancelling cancelling = new Cancelling(command, open);
    lines.forEach(cancelling::answer);
    LocalDateTime at = lines.stream().map(Line::at).min(LocalDateTime::compareTo).orElseThrow();
    cancelling.events.add(
        new CancellationDecided(
            command.invoice(),
            command.customer(),
            command.country(),
            at,
            cancelling.events.size(),
            cancelling.refund,
            cancelling.refused));
    return accept(cancelling.events);
  }

  private void answer(Line line) {
    String customer = command.customer();
    if (customer == null) {
      refused.add(new Refused(line, RefusalReason.GUEST_CANCELLATION));
      return;
    }
    Purchase purchase = new Purchase(customer, line.product());
    OpenPurchases bought = open.get(purchase);
    if (bought == null) {
      throw new IllegalStateException("the purchases " + purchase + " were not read");
    }
    boolean charge = Products.isCharge(line.product());
    if (!bought.anyUntil(line.at())) {
      refused.add(
          new Refused(
              line, charge ? RefusalReason.CHARGE_WITHOUT_PURCHASE : RefusalReason.NEVER_BOUGHT));
      return;
    }
    List<Taken> taken = bought.take(line.quantity(), line.at());
    if (quantityOf(taken).compareTo(line.quantity()) < 0) {
      refused.add(new Refused(line, RefusalReason.MORE_THAN_BOUGHT));
    } else if (charge && line.value().compareTo(paidFor(taken)) > 0) {
      refused.add(new Refused(line, RefusalReason.MORE_THAN_PAID));
    } else {
      events.add(new LineCancelled(command.invoice(), line, customer, command.country(), taken));
      refund = refund.add(line.value());
      open.put(purchase, bought.without(taken));
    }
  }

  private static BigDecimal quantityOf(List<Taken> taken) {
    return taken.stream().map(Taken::quantity).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static BigDecimal paidFor(List<Taken> taken) {
    return taken.stream()
        .map(piece -> piece.quantity().multiply(piece.line().unitPrice()))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
