package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.channel.Capabilities;
import dev.millrace.core.channel.Capability;
import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.ChannelSubscription;
import dev.millrace.core.channel.ChannelSubscription.Delivery;
import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.MessageRefusedException;
import dev.millrace.core.channel.Subscribing;
import dev.millrace.core.channel.UnsupportedChannelException;
import dev.millrace.core.store.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every channel promises; see {@link Channel}. A broker's module extends it with a real
 * broker. What the broker does not give must be refused with an alternative: the test of it holds
 * when it is.
 */
public abstract class ChannelContract {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration SOON = Duration.ofMillis(200);
  private static final int LARGE = 500_000;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final String address = "contract-" + UUID.randomUUID();

  /** Opens a channel of this name, which the first call makes. */
  protected abstract Channel open(String address) throws Exception;

  @AfterEach
  final void closeAll() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  private Channel open() throws Exception {
    Channel channel = open(address);
    opened.add(channel);
    return channel;
  }

  /** Whether a capability is refused, and rightly so: then there is nothing else to hold. */
  private static boolean isRefused(Channel channel, Capability capability) {
    Capabilities given = channel.capabilities();
    String instead = given.refused().get(capability);
    if (instead == null) {
      return false;
    }
    assertThat(instead).as("the alternative to " + capability).isNotBlank();
    assertThatThrownBy(() -> given.check("inbox 'a'", "orders", Set.of(capability)))
        .isInstanceOf(UnsupportedChannelException.class)
        .hasMessageContaining(given.broker())
        .hasMessageContaining(capability.name())
        .hasMessageContaining(instead);
    return true;
  }

  /** A message of a key, whose id is its number. */
  protected static Message message(int number, String key) {
    return Message.named("/contract", String.valueOf(number), "counted")
        .key(key)
        .data("application/json", Bytes.utf8("{\"number\":" + number + "}"))
        .build();
  }

  private static List<Message> messages(int from, int to, int keys) {
    List<Message> messages = new ArrayList<>();
    for (int i = from; i < to; i++) {
      messages.add(message(i, "key-" + i % keys));
    }
    return messages;
  }

  /** Publishes, and waits until all are confirmed. */
  protected static void publish(Channel channel, List<Message> messages) {
    List<CompletableFuture<Void>> answers = channel.publish(messages);
    assertThat(answers).hasSameSizeAs(messages);
    CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  private static List<String> ids(List<Delivery> deliveries) {
    return deliveries.stream().map(one -> one.message().id()).toList();
  }

  private static List<String> idsOf(List<Message> messages, String key) {
    return messages.stream().filter(one -> key.equals(one.key())).map(Message::id).toList();
  }

  @Test
  void aMessageArrivesAsItWasPublished() throws Exception {
    Channel channel = open();
    ChannelFollower follower = new ChannelFollower(channel.subscribe(Subscribing.as("group")));
    byte[] everyByte = new byte[256];
    for (int i = 0; i < everyByte.length; i++) {
      everyByte[i] = (byte) i;
    }
    Message full =
        Message.named("/shop/größe", "id ☃", "shop.order-placed")
            .key("ключ")
            .set("subject", "o-1")
            .time(Instant.parse("2026-11-24T01:02:03.456789Z"))
            .tenant("acme")
            .causedBy("flow", "cause", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
            .set("dataschema", "urn:schema:1")
            .data("application/octet-stream", Bytes.wrap(everyByte))
            .build();
    Message bare = Message.named("/shop", "2", "nothing").build();
    publish(channel, List.of(full, bare));

    List<Message> arrived = follower.take(2).stream().map(Delivery::message).toList();

    assertThat(arrived).containsExactlyInAnyOrder(full, bare);
  }

  @Test
  void messagesOfAKeyArriveInOrder() throws Exception {
    Channel channel = open();
    if (isRefused(channel, Capability.ORDER_PER_KEY)) {
      return;
    }
    ChannelFollower follower = new ChannelFollower(channel.subscribe(Subscribing.as("group")));
    List<Message> all = messages(0, 1_000, 7);
    for (int i = 0; i < all.size(); i += 100) {
      publish(channel, all.subList(i, i + 100));
    }

    List<Message> arrived = follower.takeAndAcknowledge(all.size());

    for (int key = 0; key < 7; key++) {
      assertThat(idsOf(arrived, "key-" + key)).isEqualTo(idsOf(all, "key-" + key));
    }
  }

  @Test
  void eachGroupGetsEveryMessage() throws Exception {
    Channel channel = open();
    if (isRefused(channel, Capability.FAN_OUT)) {
      return;
    }
    ChannelFollower one = new ChannelFollower(channel.subscribe(Subscribing.as("one")));
    ChannelFollower other = new ChannelFollower(channel.subscribe(Subscribing.as("other")));
    publish(channel, messages(0, 50, 3));

    assertThat(one.takeAndAcknowledge(50)).doesNotHaveDuplicates();
    assertThat(other.takeAndAcknowledge(50)).doesNotHaveDuplicates();
  }

  @Test
  void membersOfAGroupShareTheMessagesAndNoneIsLostWhenOneLeaves() throws Exception {
    Channel channel = open();
    Channel second = open();
    ChannelFollower stays = new ChannelFollower(channel.subscribe(Subscribing.as("group")));
    ChannelSubscription leaving = second.subscribe(Subscribing.as("group"));
    ChannelFollower leaves = new ChannelFollower(leaving);
    Set<String> taken = new LinkedHashSet<>();
    publish(channel, messages(0, 300, 30));
    while (taken.size() < 150) {
      for (ChannelFollower follower : List.of(stays, leaves)) {
        for (Delivery delivery : follower.poll(10)) {
          delivery.acknowledge();
          taken.add(delivery.message().id());
        }
      }
    }
    leaving.close();
    publish(channel, messages(300, 400, 30));

    while (taken.size() < 400) {
      for (Delivery delivery : stays.take(1)) {
        delivery.acknowledge();
        taken.add(delivery.message().id());
      }
    }
    assertThat(taken).hasSize(400);
  }

  @Test
  void whatWasNotAcknowledgedComesAgainInOrder() throws Exception {
    Channel channel = open();
    ChannelSubscription first = channel.subscribe(Subscribing.as("group"));
    publish(channel, messages(0, 10, 1));
    Set<String> missing = new TreeSet<>(idsOf(messages(0, 10, 1), "key-0"));
    List<Delivery> deliveries = new ChannelFollower(first).takeUpTo(10, SOON);
    for (int i : new int[] {0, 1, 2, 5, 9}) { // from 3 on there are gaps
      if (i < deliveries.size()) {
        deliveries.get(i).acknowledge();
        missing.remove(deliveries.get(i).message().id());
      }
    }
    String oldest = missing.iterator().next();
    first.close();

    ChannelFollower again = new ChannelFollower(channel.subscribe(Subscribing.as("group")));

    List<String> came = new ArrayList<>();
    while (!missing.isEmpty()) {
      came.add(again.takeAndAcknowledge(1).get(0).id());
      missing.remove(came.get(came.size() - 1));
    }
    if (channel.capabilities().has(Capability.ORDER_PER_KEY)) {
      assertThat(came.get(0)).isEqualTo(oldest);
      assertThat(came.stream().map(Integer::valueOf)).isSorted();
    }
  }

  @Test
  void whatWasAcknowledgedDoesNotComeAgainToAnOrderlyGroup() throws Exception {
    Channel channel = open();
    ChannelSubscription first = channel.subscribe(Subscribing.as("group"));
    publish(channel, messages(0, 20, 1));
    new ChannelFollower(first).takeAndAcknowledge(20);
    first.close();
    publish(channel, messages(20, 21, 1));

    ChannelFollower again = new ChannelFollower(channel.subscribe(Subscribing.as("group")));

    assertThat(ids(again.take(1))).containsExactly("20");
  }

  @Test
  void aSlowConsumerIsGivenNoMoreThanItMayHold() throws Exception {
    Channel channel = open();
    publish(channel, messages(0, 200, 20));
    ChannelFollower follower =
        new ChannelFollower(channel.subscribe(Subscribing.as("group").mostOutstanding(10)));
    List<Delivery> held = follower.take(10);
    assertThat(follower.poll(100)).isEmpty();
    Set<String> taken = new LinkedHashSet<>(ids(held));

    while (taken.size() < 200) {
      held.remove(0).acknowledge();
      // some brokers hold back a key until all of it that is outstanding was acknowledged
      List<Delivery> more = held.isEmpty() ? follower.take(1) : follow(follower);
      held.addAll(more);
      taken.addAll(ids(more));
      assertThat(held).hasSizeLessThanOrEqualTo(10);
    }
  }

  @Test
  void largeMessagesArriveAndWhatIsTooLargeIsRefusedWithWhatFollowsIt() throws Exception {
    Channel channel = open();
    ChannelFollower follower = new ChannelFollower(channel.subscribe(Subscribing.as("group")));
    long most = channel.capabilities().maxMessageBytes();
    byte[] large = new byte[(int) Math.min(LARGE, most)];
    new java.util.SplittableRandom(1).nextBytes(large);
    Message fits = sized("large", "a", large);
    Message tooLarge = sized("huge", "b", new byte[(int) most + 1]);
    List<CompletableFuture<Void>> answers =
        channel.publish(List.of(fits, tooLarge, message(1, "b"), message(2, "a")));

    List<CompletableFuture<Void>> stored = List.of(answers.get(0), answers.get(3));
    assertThat(CompletableFuture.allOf(stored.toArray(CompletableFuture<?>[]::new)))
        .as(() -> "of the large message, what is too large, what follows it, another: " + answers)
        .succeedsWithin(PATIENCE);
    assertThatThrownBy(answers.get(1)::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(MessageRefusedException.class);
    assertThatThrownBy(answers.get(2)::join).isInstanceOf(CompletionException.class);
    publish(channel, List.of(message(3, "b")));
    List<Message> arrived = follower.takeAndAcknowledge(3);
    assertThat(arrived).containsExactlyInAnyOrder(fits, message(2, "a"), message(3, "b"));
  }

  private static Message sized(String id, String key, byte[] data) {
    return Message.named("/contract", id, "sized")
        .key(key)
        .data("application/octet-stream", Bytes.wrap(data))
        .build();
  }

  @Test
  void aNewGroupBeginsWhereItSays() throws Exception {
    Channel channel = open();
    if (isRefused(channel, Capability.REPLAY)) {
      return;
    }
    publish(channel, messages(0, 5, 1));
    ChannelFollower all = new ChannelFollower(channel.subscribe(Subscribing.as("all")));
    assertThat(all.takeAndAcknowledge(5)).isEqualTo(messages(0, 5, 1));
    ChannelFollower fresh =
        new ChannelFollower(channel.subscribe(Subscribing.as("fresh").from(Subscribing.Start.NEW)));

    List<Delivery> came = List.of();
    for (int i = 5; came.isEmpty(); i++) { // until it has joined
      publish(channel, messages(i, i + 1, 1));
      came = follow(fresh);
    }

    assertThat(Integer.parseInt(came.get(0).message().id())).isGreaterThanOrEqualTo(5);
  }

  private static List<Delivery> follow(ChannelFollower follower) {
    return follower.pollSoon(SOON);
  }

  @Test
  void lagIsWhatWaits() throws Exception {
    Channel channel = open();
    if (isRefused(channel, Capability.LAG)) {
      return;
    }
    publish(channel, messages(0, 40, 4));
    ChannelSubscription subscription = channel.subscribe(Subscribing.as("group"));
    ChannelFollower follower = new ChannelFollower(subscription);

    follower.until(() -> subscription.lag().orElse(-1) == 40);
    follower.takeAndAcknowledge(40);
    follower.until(() -> subscription.lag().orElse(-1) == 0);
  }

  @Test
  void whatIsGivenIsNotRefused() throws Exception {
    Channel channel = open();
    for (Capability capability : Capability.values()) {
      if (!isRefused(channel, capability)) {
        channel.capabilities().check("inbox 'a'", "orders", Set.of(capability));
      }
    }
    assertThat(channel.capabilities().maxMessageBytes()).isPositive();
    assertThat(channel.location()).isNotBlank();
  }
}
