package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.ChannelSubscription;
import dev.millrace.core.channel.MemoryTopic;
import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.StructuredCloudEvents;
import dev.millrace.core.channel.Subscribing;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Tenant;
import dev.millrace.testkit.ModelEventStore;
import dev.millrace.testkit.sim.Simulation;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** From a store over a channel in memory into another: what is promised of each part. */
final class ChannelTest {
  private final Simulation simulation = Simulation.of(7);
  private final ModelEventStore shopStore =
      ModelEventStore.create(simulation.seams().clock(), new UUID(7, 1));
  private final ModelEventStore warehouseStore =
      ModelEventStore.create(simulation.seams().clock(), new UUID(7, 2));
  private final MemoryReadModel rows = new MemoryReadModel();
  private final MemoryTopic topic = new MemoryTopic("orders");

  private Millrace host(Publication publication, Inbox inbox) {
    return Millrace.builder()
        .seams(simulation.seams())
        .channel(Shop.ORDERS, topic.open())
        .host(Shop.shop().publication(publication).build(), shopStore)
        .host(Shop.warehouse().inbox(inbox).projection(Shop.picking(rows)).build(), warehouseStore)
        .start();
  }

  private void place(Millrace millrace, String customer, String order, long cents) {
    simulation.await(
        millrace.submit(new Shop.Place(customer, order, cents), CommandEnvelope.of(order)));
  }

  private void until(BooleanSupplier condition) {
    simulation.scheduler().runUntil(condition);
  }

  private List<RecordedEvent> warehouse() {
    return warehouseStore.read(Query.all().acrossTenants(), 0, Direction.FORWARD, 1_000).events();
  }

  private static Message message(String id, String key, String data) {
    return Message.named("/elsewhere", id, Shop.PLACED)
        .key(key)
        .data("application/json", Bytes.utf8(data))
        .build();
  }

  private void publish(Message... messages) {
    for (CompletableFuture<Void> answer : topic.open().publish(List.of(messages))) {
      answer.join();
    }
  }

  @Test
  void anEventOfOneContextBecomesARowOfAnother() {
    Millrace millrace = host(Shop.PUBLICATION, Shop.INBOX);
    place(millrace, "ann", "o-1", 500);
    place(millrace, "ann", "o-2", 700);

    until(() -> Shop.ordersOf(rows, "ann").size() == 2);

    assertThat(Shop.ordersOf(rows, "ann")).containsExactly("o-1", "o-2");
    RecordedEvent placed =
        shopStore.read(Query.all().acrossTenants(), 1, Direction.FORWARD, 1).events().get(0);
    RecordedEvent ordered = warehouse().get(0);
    assertThat(ordered.type()).isEqualTo("ordered");
    assertThat(ordered.data().utf8()).contains("o-1").doesNotContain("customer");
    assertThat(ordered.metadata().causationId()).isEqualTo(placed.id() + "/0");
    assertThat(ordered.metadata().correlationId()).isEqualTo("o-1");
    assertThat(ordered.metadata().actor()).isEqualTo("channel:orders");
  }

  @Test
  void whatIsPublishedAgainHasTheSameIdsAndIsAppendedOnce() {
    Millrace millrace = host(Shop.PUBLICATION, Shop.INBOX);
    place(millrace, "ann", "o-1", 500);
    until(() -> Shop.ordersOf(rows, "ann").size() == 1);

    simulation.await(millrace.processor("orders-out").reset());
    until(() -> millrace.inbox("orders-in").status().repeated() == 1);

    assertThat(warehouse()).hasSize(1);
    assertThat(Shop.ordersOf(rows, "ann")).containsExactly("o-1");
  }

  @Test
  void aMappingThatFailsBlocksItsKeyAndNoOther() {
    boolean[] mended = {false};
    Publication picky =
        Publication.named("orders-out")
            .to(Shop.ORDERS)
            .retrying(Retry.attempts(2))
            .stoppingAbove(10, 1)
            .on(
                Shop.Placed.class,
                (event, messages) -> {
                  if (!mended[0] && event.cents() < 0) {
                    throw new IllegalStateException("less than nothing");
                  }
                  messages.publish(Shop.PLACED, new Shop.OrderPlaced(event.order(), event.cents()));
                });
    Millrace millrace = host(picky, Shop.INBOX);
    place(millrace, "ann", "o-1", 500);
    place(millrace, "ann", "o-2", -1);
    place(millrace, "ann", "o-3", 500);
    place(millrace, "bob", "o-4", 500);
    Processor processor = millrace.processor("orders-out");
    until(() -> Shop.ordersOf(rows, "bob").size() == 1);
    until(() -> processor.deadLetters().list().size() == 1);
    assertThat(Shop.ordersOf(rows, "ann")).containsExactly("o-1");

    mended[0] = true;
    simulation.await(processor.deadLetters().redriveAll(1_000, "eve"));
    until(() -> Shop.ordersOf(rows, "ann").size() == 3);

    assertThat(Shop.ordersOf(rows, "ann")).containsExactly("o-1", "o-2", "o-3");
  }

  @Test
  void dataThatDoesNotFitIsADeadLetterOfWhoReadsItAndHoldsUpNobodyElse() {
    Millrace millrace = host(Shop.PUBLICATION, Shop.INBOX);
    publish(
        message("1", "ann", "{\"order\":\"o-1\",\"cents\":\"much\"}"),
        message("2", "ann", "{\"order\":\"o-2\",\"cents\":2}"),
        message("3", "bob", "{\"order\":\"o-3\",\"cents\":3}"));
    until(() -> Shop.ordersOf(rows, "bob").size() == 1);
    Processor picking = millrace.processor("picking");
    until(() -> picking.deadLetters().list().size() == 1);
    assertThat(millrace.inbox("orders-in").status().appended()).isEqualTo(3);

    simulation.await(
        picking
            .deadLetters()
            .edit(
                picking.deadLetters().list().get(0).id(),
                Bytes.utf8("{\"order\":\"o-1\",\"cents\":1}"),
                "eve"));
    simulation.await(picking.deadLetters().redriveAll(1_000, "eve"));

    until(() -> Shop.ordersOf(rows, "ann").size() == 2);
    assertThat(Shop.ordersOf(rows, "ann")).containsExactly("o-1", "o-2");
  }

  @Test
  void whatIsNoDocumentOrOfATenantThatIsNotKnownIsSetAsideWhole() {
    Millrace millrace = host(Shop.PUBLICATION, Shop.INBOX);
    Message broken = message("1", "ann", "{");
    Message foreign =
        Message.named("/elsewhere", "2", Shop.PLACED)
            .key("ann")
            .tenant("acme")
            .data("application/json", Bytes.utf8("{\"order\":\"o-2\",\"cents\":2}"))
            .build();
    Message fine = message("3", "ann", "{\"order\":\"o-3\",\"cents\":3}");
    publish(broken, foreign, fine);
    until(() -> Shop.ordersOf(rows, "ann").size() == 1);

    assertThat(millrace.inbox("orders-in").status().setAside()).isEqualTo(2);
    MessageSetAside aside =
        (MessageSetAside) Shop.warehouse().build().readEvent(warehouse().get(0));
    assertThat(StructuredCloudEvents.read(Bytes.utf8(aside.message()))).isEqualTo(broken);
    assertThat(warehouse().get(1).tenant()).isEqualTo(Tenant.DEFAULT);
  }

  @Test
  void anotherMessageUnderTheSameIdIsSetAsideOnce() {
    Millrace millrace = host(Shop.PUBLICATION, Shop.INBOX);
    Message first = message("1", "ann", "{\"order\":\"o-1\",\"cents\":1}");
    Message other = message("1", "ann", "{\"order\":\"o-2\",\"cents\":2}");
    publish(first, other, other);

    until(() -> millrace.inbox("orders-in").status().repeated() == 1);

    assertThat(millrace.inbox("orders-in").status().setAside()).isEqualTo(1);
    assertThat(warehouse())
        .extracting(RecordedEvent::type)
        .containsExactly("ordered", "millrace.message-set-aside");
  }

  @Test
  void typesThatAreNotTakenArePassedOver() {
    Millrace millrace = host(Shop.PUBLICATION, Shop.INBOX);
    publish(
        Message.named("/elsewhere", "1", "shop.renamed").key("ann").build(),
        message("2", "ann", "{\"order\":\"o-2\",\"cents\":2}"));

    until(() -> Shop.ordersOf(rows, "ann").size() == 1);

    assertThat(millrace.inbox("orders-in").status().passedOver()).isEqualTo(1);
    assertThat(warehouse()).hasSize(1);
  }

  @Test
  void aPausedInboxTakesNothingUntilItIsResumed() {
    Millrace millrace = host(Shop.PUBLICATION, Shop.INBOX);
    RunningInbox inbox = millrace.inbox("orders-in");
    inbox.pause();
    until(() -> inbox.status().state() == InboxStatus.State.PAUSED);
    place(millrace, "ann", "o-1", 500);
    until(() -> millrace.processor("orders-out").status().position() == 1);
    simulation.scheduler().runUntilIdle();
    assertThat(warehouse()).isEmpty();

    inbox.resume();

    until(() -> Shop.ordersOf(rows, "ann").size() == 1);
  }

  @Test
  void aChannelThatNothingCarriesIsRefusedAtTheStart() {
    assertThatThrownBy(() ->
            Millrace.builder()
                .seams(simulation.seams())
                .host(Shop.shop().publication(Shop.PUBLICATION).build(), shopStore)
                .start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("publication 'orders-out' of context 'shop' names channel 'orders'");
  }

  @Test
  void whatOneMemberDidNotAcknowledgeAnotherGets() {
    Channel channel = topic.open();
    ChannelSubscription first = channel.subscribe(Subscribing.as("group"));
    publish(message("1", "ann", "{}"), message("2", "ann", "{}"));
    List<ChannelSubscription.Delivery> delivered = first.poll(10);
    delivered.get(0).acknowledge();
    first.close();

    ChannelSubscription second = channel.subscribe(Subscribing.as("group"));

    assertThat(second.poll(10)).extracting(one -> one.message().id()).containsExactly("2");
  }
}
