package dev.millrace.core;

import static dev.millrace.core.Decision.accept;

import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import java.util.ArrayList;
import java.util.List;

/** Two contexts that meet over a channel: a shop takes orders, a warehouse hears of them. */
final class Shop {
  private Shop() {}

  static final String ORDERS = "orders";
  static final String PLACED = "shop.order-placed";

  /** Of the shop, and never seen outside. */
  record Placed(String customer, String order, long cents) {}

  record Place(String customer, String order, long cents) implements Command<NoRejection> {}

  /** Public. */
  record OrderPlaced(String order, long cents) {}

  /** Of the warehouse: what it calls a public message. */
  record Ordered(String order, long cents) {}

  static final Tag<String> CUSTOMER = Tag.named("customer");
  static final Tag<String> BUYER = Tag.named("buyer");

  static final Publication PUBLICATION =
      Publication.named("orders-out")
          .to(ORDERS)
          .on(
              Placed.class,
              (event, messages) ->
                  messages.publish(PLACED, new OrderPlaced(event.order(), event.cents())));

  static final Inbox INBOX =
      Inbox.named("orders-in").from(ORDERS).on(PLACED, Ordered.class).about(BUYER);

  static Context.Builder<Placed> shop() {
    return Context.named("shop")
        .events(
            Events.of(Placed.class).tag(CUSTOMER, Placed::customer).name("placed", Placed.class))
        .on(Place.class)
        .decide(
            command -> accept(new Placed(command.customer(), command.order(), command.cents())));
  }

  static Context.Builder<Ordered> warehouse() {
    return Context.named("warehouse")
        .events(Events.of(Ordered.class).name("ordered", Ordered.class));
  }

  /** The orders of each buyer, in order. */
  static Projection<MemoryTables> picking(MemoryReadModel readModel) {
    return Projection.named("picking", 1)
        .into(readModel)
        .onRecorded(
            Ordered.class,
            (event, tables) -> {
              String buyer = event.tags().get(0).value();
              tables
                  .<String, List<String>>table("orders")
                  .merge(buyer, List.of(event.event().order()), Shop::and);
            });
  }

  private static List<String> and(List<String> before, List<String> next) {
    List<String> all = new ArrayList<>(before);
    all.addAll(next);
    return List.copyOf(all);
  }

  static List<String> ordersOf(MemoryReadModel readModel, String buyer) {
    return readModel.read(tables -> {
      List<String> orders = tables.<String, List<String>>table("orders").get(buyer);
      return orders == null ? List.of() : orders;
    });
  }
}
