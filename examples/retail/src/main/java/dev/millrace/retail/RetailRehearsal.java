package dev.millrace.retail;

import dev.millrace.core.Rehearsal;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.rehearsal.RehearsalListener;
import dev.millrace.core.rehearsal.RehearsalReport;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.retail.domain.RemadeInvoices;

/**
 * Runs the shop's history through the shop with one rule changed, beside the shop as it is. Rows go
 * into two databases in memory, which are gone afterwards.
 */
public final class RetailRehearsal {
  private RetailRehearsal() {}

  /**
   * Rehearses a change.
   *
   * @param store is only read
   * @param listed most differences of each kind in the report
   */
  public static RehearsalReport run(
      EventStore store, RuleChange change, int listed, RehearsalListener listener) {
    try (JdbcReadModel before = inMemory();
        JdbcReadModel now = inMemory()) {
      Rehearsal rehearsal =
          Rehearsal.of(change.shop(now))
              .beside(RuleChange.NONE.shop(before))
              .withReactions()
              .listing(listed);
      return RemadeInvoices.in(rehearsal).run(store, listener);
    }
  }

  private static JdbcReadModel inMemory() {
    return JdbcReadModel.open("jdbc:h2:mem:" + SystemSeams.shared().newId() + ";DB_CLOSE_DELAY=-1");
  }
}
