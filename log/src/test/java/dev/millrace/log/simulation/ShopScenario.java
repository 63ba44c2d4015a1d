package dev.millrace.log.simulation;

import static dev.millrace.core.Decision.accept;
import static dev.millrace.core.Decision.reject;

import dev.millrace.core.Accepted;
import dev.millrace.core.Command;
import dev.millrace.core.CommandEnvelope;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.NoRejection;
import dev.millrace.core.Outcome;
import dev.millrace.core.Projection;
import dev.millrace.core.Reaction;
import dev.millrace.core.Receipt;
import dev.millrace.core.Tag;
import dev.millrace.core.View;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogOptions;
import dev.millrace.testkit.sim.Choices;
import dev.millrace.testkit.sim.Scenario;
import dev.millrace.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/**
 * Clients sell from a few products until they are sold out; a reaction restocks each once; a
 * projection counts. The process is killed, or the power fails, several times at moments drawn from
 * the seed; clients then send again, with the same ids, what was not answered and some of what was.
 */
public final class ShopScenario implements Scenario {
  sealed interface Shop {
    String product();
  }

  record Stocked(String product, int quantity) implements Shop {}

  record Sold(String product, String order) implements Shop {}

  record RanOut(String product) implements Shop {}

  record SoldOut(int stock) {}

  record Stock(String product, int quantity) implements Command<NoRejection> {}

  record Sell(String product, String order) implements Command<SoldOut> {}

  private static final Tag<String> PRODUCT = Tag.named("product");
  private static final int PRODUCTS = 3;
  private static final int ORDERS = 40;
  private static final int INITIAL = 4;
  private static final int RESTOCK = 5;

  private static final View<String, Integer> STOCK =
      View.of(Integer.class)
          .keyed(PRODUCT)
          .starting(0)
          .on(Stocked.class, (stock, event) -> stock + event.quantity())
          .on(Sold.class, (stock, event) -> stock - 1);

  private static final View<String, Integer> TIMES_OUT =
      View.of(Integer.class)
          .keyed(PRODUCT)
          .starting(0)
          .on(RanOut.class, (times, event) -> times + 1);

  private final MemoryReadModel readModel = new MemoryReadModel();
  private final UnaryOperator<ReadModel<MemoryTables>> fault;
  private final ReadModel<MemoryTables> port;
  private final Map<String, Receipt> acknowledged = new TreeMap<>();
  private final List<Command<?>> commands = new ArrayList<>();
  private SplittableRandom random = new SplittableRandom();
  private Simulation simulation = Simulation.of(0);

  /** With a read model that does what it says. */
  public ShopScenario() {
    this(readModel -> readModel);
  }

  /** With a fault in the port to the read model. */
  ShopScenario(UnaryOperator<ReadModel<MemoryTables>> fault) {
    this.fault = fault;
    this.port = fault.apply(readModel);
  }

  @Override
  public void run(Simulation first) {
    new ShopScenario(fault).begin(first);
  }

  private void begin(Simulation first) {
    simulation = first;
    random = new SplittableRandom(first.seed());
    for (int product = 0; product < PRODUCTS; product++) {
      commands.add(new Stock("p-" + product, INITIAL));
    }
    for (int order = 0; order < ORDERS; order++) {
      commands.add(new Sell("p-" + random.nextInt(PRODUCTS), "o-" + order));
    }
    int crashes = random.nextInt(4);
    for (int crash = 0; crash < crashes; crash++) {
      live(100 + random.nextInt(1_500));
      long next = random.nextLong();
      simulation =
          random.nextBoolean()
              ? simulation.afterKill(next)
              : simulation.afterPowerLoss(next, Choices.seeded(next));
      simulation.trace().sendTo(first.trace()::add);
    }
    live(Integer.MAX_VALUE);
  }

  /** One life of the process: to the end, or until it has made so many steps. */
  private void live(int steps) {
    long until = simulation.scheduler().steps() + steps;
    CompletableFuture<LogEventStore> opening =
        LogEventStore.opening(
            simulation.disk(),
            simulation.seams(),
            LogOptions.DEFAULT
                .withFlushBesideFrom(2)
                .withSegmentBytes(16 * 1024)
                .withPrepareBytes(8 * 1024));
    simulation.scheduler().runUntil(() -> opening.isDone() || over(until));
    if (!opening.isDone()) {
      return;
    }
    LogEventStore store = opening.join();
    Millrace millrace = Millrace.builder().seams(simulation.seams()).host(context(), store).start();
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (int i = 0; i < commands.size(); i++) {
      String id = "c-" + i;
      if (!acknowledged.containsKey(id) || random.nextInt(4) == 0) {
        answers.add(send(millrace, commands.get(i), id));
      }
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new));
    simulation.scheduler().runUntil(() -> all.isDone() || over(until));
    if (over(until)) {
      return;
    }
    simulation.await(all);
    settle(millrace, store);
    check(store);
  }

  private boolean over(long until) {
    return simulation.scheduler().steps() >= until;
  }

  private <R> CompletableFuture<?> send(Millrace millrace, Command<R> command, String id) {
    return millrace
        .submit(command, CommandEnvelope.of(id))
        .thenAccept(outcome -> answered(id, outcome));
  }

  private void answered(String id, Outcome<?> outcome) {
    if (outcome instanceof Accepted<?>(Receipt receipt)) {
      Receipt before = acknowledged.put(id, receipt);
      if (before != null && (before.first() != receipt.first() || !receipt.repeated())) {
        throw new AssertionError(id + " was answered " + before + " and then " + receipt);
      }
    }
  }

  /** Waits until the processors have seen everything, also what the reaction caused. */
  private void settle(Millrace millrace, EventStore store) {
    long head = -1;
    while (head != store.head()) {
      head = store.head();
      Receipt there =
          new Receipt(
              "shop", store.identity(), head, head, simulation.seams().clock().instant(), false);
      simulation.await(millrace.reached("restock", there));
      simulation.await(millrace.reached("sales", there));
    }
  }

  private void check(EventStore store) {
    List<RecordedEvent> events =
        store.read(Query.all(), 0, Direction.FORWARD, EventStore.MAX_PAGE).events();
    Context context = context();
    Map<String, Integer> stock = new HashMap<>();
    Map<String, Integer> sold = new TreeMap<>();
    Map<String, Integer> ranOut = new HashMap<>();
    Map<String, Integer> stocked = new HashMap<>();
    long position = 0;
    for (RecordedEvent stored : events) {
      require(stored.position() == ++position, "position " + stored.position());
      switch ((Shop) context.readEvent(stored)) {
        case Stocked event -> {
          stock.merge(event.product(), event.quantity(), Integer::sum);
          stocked.merge(event.product(), 1, Integer::sum);
        }
        case Sold event -> {
          sold.merge(event.product(), 1, Integer::sum);
          require(stock.merge(event.product(), -1, Integer::sum) >= 0, "oversold " + event);
        }
        case RanOut event -> ranOut.merge(event.product(), 1, Integer::sum);
      }
    }
    acknowledged.forEach((id, receipt) ->
        require(receipt.last() <= store.head(), id + " was acknowledged and is lost"));
    for (int product = 0; product < PRODUCTS; product++) {
      String name = "p-" + product;
      require(
          stocked.get(name) == 1 + ranOut.getOrDefault(name, 0),
          name + " was restocked as often as it ran out");
    }
    Map<String, Integer> counted = new TreeMap<>();
    readModel.read(tables ->
        tables.<String, Integer>table("sold").rows().stream()
            .map(row -> counted.put(row.getKey(), row.getValue()))
            .toList());
    require(counted.equals(sold), "the projection counted " + counted + ", the log has " + sold);
  }

  private void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what + " (seed " + simulation.seed() + ")");
    }
  }

  private Context context() {
    return Context.named("shop")
        .events(
            Events.of(Shop.class)
                .tag(PRODUCT, Shop::product)
                .name("stocked", Stocked.class)
                .name("sold", Sold.class)
                .name("ran-out", RanOut.class))
        .on(Stock.class)
        .decide(command -> accept(new Stocked(command.product(), command.quantity())))
        .on(Sell.class)
        .reading(STOCK, Sell::product)
        .reading(TIMES_OUT, Sell::product)
        .decide((stock, timesOut, command) -> {
          Sold sold = new Sold(command.product(), command.order());
          if (stock == 0) {
            return reject(new SoldOut(stock));
          }
          return stock == 1 && timesOut == 0
              ? accept(sold, new RanOut(command.product()))
              : accept(sold);
        })
        .projection(
            Projection.named("sales", 1)
                .into(port)
                .batchesOf(3)
                .on(
                    Sold.class,
                    (event, tables) ->
                        tables
                            .<String, Integer>table("sold")
                            .merge(event.product(), 1, Integer::sum)))
        .reaction(
            Reaction.named("restock")
                .on(
                    RanOut.class,
                    (event, orders) -> orders.send(new Stock(event.product(), RESTOCK))))
        .build();
  }
}
