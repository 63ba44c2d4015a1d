package dev.millrace.retail;

import dev.millrace.core.Context;
import dev.millrace.core.Projection;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.JdbcTransaction;
import dev.millrace.retail.domain.Shop;
import dev.millrace.retail.domain.ShopEvent;
import dev.millrace.retail.readmodel.ReadModels;
import java.util.List;
import java.util.Locale;

/** A version of the shop with one rule changed, to rehearse. */
public enum RuleChange {
  /** The shop as it is. */
  NONE,
  /** An order's lines of 1,000 pieces or more are a tenth cheaper. */
  BULK_PRICE,
  /** Postage and other charges earn no revenue in the read model of products. */
  CHARGES_APART;

  /** As it is named outside: {@code bulk-price}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The shop with this change, and its read models in a database. */
  public Context shop(JdbcReadModel database) {
    Context.Builder<ShopEvent> context =
        this == BULK_PRICE ? Shop.contextWithBulkPrice() : Shop.context();
    List<Projection<JdbcTransaction>> projections =
        this == CHARGES_APART ? ReadModels.withChargesApart(database) : ReadModels.into(database);
    projections.forEach(context::projection);
    return context.build();
  }
}
