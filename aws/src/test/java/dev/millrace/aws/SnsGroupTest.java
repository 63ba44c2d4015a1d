package dev.millrace.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.Subscribing;
import dev.millrace.core.store.Bytes;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The queues of a topic's groups. */
class SnsGroupTest {
  private static SnsEmulator emulator;

  private final String topic = "groups-" + UUID.randomUUID() + ".fifo";

  @BeforeAll
  static void start() throws Exception {
    emulator = SnsEmulator.shared();
  }

  private static void publish(Channel channel, String id, String type) {
    Message message =
        Message.named("/s", id, type).key("k").data("text/plain", Bytes.utf8("text")).build();
    CompletableFuture.allOf(channel.publish(List.of(message)).toArray(CompletableFuture<?>[]::new))
        .join();
  }

  @Test
  void aGroupGetsTheTypesThatItsChannelNamesAlsoWhenThoseChange() {
    for (String format : new String[] {"structured", "binary"}) {
      String name = format + "-" + topic;
      try (Channel all = Channel.open(emulator.topic(name, "groups=all&format=" + format));
          Channel some = Channel.open(emulator.topic(name, "groups=some&types=a,c"))) {
        for (String type : new String[] {"a", "b", "c"}) {
          publish(all, type + "1", type);
        }
        assertThat(Following.ids(all.subscribe(Subscribing.as("all")), 3))
            .containsExactly("a1", "b1", "c1");
        assertThat(Following.ids(some.subscribe(Subscribing.as("some")), 2))
            .containsExactly("a1", "c1");
      }
      try (Channel some = Channel.open(emulator.topic(name, "groups=some&types=b"))) {
        for (String type : new String[] {"a", "b"}) {
          publish(some, type + "2", type);
        }
        assertThat(Following.ids(some.subscribe(Subscribing.as("some")), 1)).containsExactly("b2");
      }
      try (Channel some = Channel.open(emulator.topic(name, "groups=some"))) {
        for (String type : new String[] {"a", "b"}) {
          publish(some, type + "3", type);
        }
        assertThat(Following.ids(some.subscribe(Subscribing.as("some")), 2))
            .containsExactly("a3", "b3");
      }
    }
  }

  @Test
  void aGroupThatNobodyHasNamedBeginsWhenSomebodyTakesPart() {
    try (Channel channel = Channel.open(emulator.topic(topic, ""))) {
      var subscription = channel.subscribe(Subscribing.as("context.inbox"));
      Following.until(
          "it has begun",
          () -> {
            publish(channel, UUID.randomUUID().toString(), "t");
            return !subscription.poll(1).isEmpty();
          });
    }
  }

  @Test
  void namesOfQueuesAreThoseOfTopicAndGroupAsFarAsTheServiceTakesThem() {
    assertThat(SnsTopic.queueName("orders", "billing")).isEqualTo("orders-billing");
    assertThat(SnsTopic.queueName("orders.fifo", "billing")).isEqualTo("orders-billing.fifo");
    assertThat(SnsTopic.queueName("orders.fifo", "a.b"))
        .matches("orders-a-b-[0-9a-f]{8}\\.fifo")
        .isNotEqualTo(SnsTopic.queueName("orders.fifo", "a:b"));
    assertThat(SnsTopic.queueName("orders.fifo", "g".repeat(200))).hasSize(80).endsWith(".fifo");
  }
}
