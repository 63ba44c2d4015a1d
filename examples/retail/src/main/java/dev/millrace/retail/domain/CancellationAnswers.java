package dev.millrace.retail.domain;

import dev.millrace.core.View;
import dev.millrace.retail.domain.ShopEvent.CancellationDecided;
import dev.millrace.retail.domain.ShopEvent.LineCancelled;
import dev.millrace.retail.domain.ShopEvent.Refused;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the shop has answered to a cancellation, line by line.
 *
 * @param accepted the lines that were taken back
 * @param refused the lines that were not
 */
public record CancellationAnswers(Set<Line> accepted, Map<Line, RefusalReason> refused) {
  /** Of one cancelling invoice. */
  public static final View<String, CancellationAnswers> VIEW =
      View.of(CancellationAnswers.class)
          .keyed(Shop.INVOICE)
          .starting(new CancellationAnswers(Set.of(), Map.of()))
          .on(LineCancelled.class, CancellationAnswers::with)
          .on(CancellationDecided.class, CancellationAnswers::with);

  private CancellationAnswers with(LineCancelled event) {
    Set<Line> more = new HashSet<>(accepted);
    more.add(event.line());
    return new CancellationAnswers(more, refused);
  }

  private CancellationAnswers with(CancellationDecided event) {
    Map<Line, RefusalReason> more = new HashMap<>(refused);
    for (Refused line : event.refused()) {
      more.put(line.line(), line.reason());
    }
    return new CancellationAnswers(accepted, more);
  }

  /** Whether a line has been answered. */
  public boolean has(Line line) {
    return accepted.contains(line) || refused.containsKey(line);
  }
}
