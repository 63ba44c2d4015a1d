package dev.millrace.core;

import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.MemoryTopic;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.testkit.ModelEventStore;
import dev.millrace.testkit.channel.FaultyChannel;
import dev.millrace.testkit.sim.Scenario;
import dev.millrace.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Orders go from a shop over a channel into the rows of a warehouse, while the broker loses
 * messages, confirmations, acknowledgements and connections, and everything is killed at moments
 * drawn from the seed. In the end each order stands in its buyer's row once, in order.
 */
public final class ChannelScenario implements Scenario {
  private static final int ORDERS = 120;
  private static final int BUYERS = 7;

  private final MemoryReadModel rows = new MemoryReadModel();
  private final MemoryTopic topic = new MemoryTopic("orders");
  private final Map<String, List<String>> expected = new TreeMap<>();
  private SplittableRandom random = new SplittableRandom();
  private Simulation simulation = Simulation.of(0);
  private ModelEventStore shop = store(1);
  private ModelEventStore warehouse = store(2);
  private int placed;

  private ModelEventStore store(int id) {
    return ModelEventStore.create(simulation.seams().clock(), new UUID(id, simulation.seed()));
  }

  @Override
  public void run(Simulation first) {
    new ChannelScenario().begin(first);
  }

  private void begin(Simulation first) {
    simulation = first;
    random = new SplittableRandom(first.seed());
    shop = store(1);
    warehouse = store(2);
    int lives = random.nextInt(5);
    for (int life = 0; life < lives; life++) {
      Channel channel = faulty();
      live(host(channel), 50 + random.nextInt(1_500));
      channel.close(); // the broker sees that the process has gone
      simulation = Simulation.of(random.nextLong());
      simulation.trace().sendTo(first.trace()::add);
      shop = shop.reopen();
      warehouse = warehouse.reopen();
    }
    finish();
  }

  private Channel faulty() {
    return new FaultyChannel(
        topic.open(), simulation.seams(), random.split(), 2 + random.nextInt(20));
  }

  private Millrace host(Channel channel) {
    return Millrace.builder()
        .seams(simulation.seams())
        .channel(Shop.ORDERS, channel)
        .host(Shop.shop().publication(Shop.PUBLICATION).build(), shop)
        .host(Shop.warehouse().inbox(Shop.INBOX).projection(Shop.picking(rows)).build(), warehouse)
        .start();
  }

  private void live(Millrace millrace, int steps) {
    long until = simulation.scheduler().steps() + steps;
    while (simulation.scheduler().steps() < until) {
      for (int i = random.nextInt(8); i > 0 && placed < ORDERS; i--) {
        place(millrace);
      }
      long next = Math.min(until, simulation.scheduler().steps() + 1 + random.nextInt(80));
      var later = simulation.seams().scheduler().after(java.time.Duration.ofSeconds(1));
      simulation
          .scheduler()
          .runUntil(() -> simulation.scheduler().steps() >= next || later.isDone());
    }
  }

  private void place(Millrace millrace) {
    String buyer = "b" + random.nextInt(BUYERS);
    String order = "o-" + ++placed;
    simulation.await(
        millrace.submit(new Shop.Place(buyer, order, placed), CommandEnvelope.of(order)));
    expected.computeIfAbsent(buyer, first -> new ArrayList<>()).add(order);
  }

  private void finish() {
    Millrace millrace = host(faulty());
    while (placed < ORDERS) {
      place(millrace);
    }
    simulation
        .scheduler()
        .runUntil(() ->
            expected.entrySet().stream()
                .allMatch(
                    one -> Shop.ordersOf(rows, one.getKey()).size() >= one.getValue().size()));
    expected.forEach((buyer, orders) -> {
      List<String> found = Shop.ordersOf(rows, buyer);
      if (!found.equals(orders)) {
        throw new AssertionError(buyer + " has " + found + ", and ordered " + orders);
      }
    });
  }
}
