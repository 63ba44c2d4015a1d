package dev.millrace.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.ChannelSubscription;
import dev.millrace.core.channel.ChannelSubscription.Delivery;
import dev.millrace.core.channel.ChannelUnavailableException;
import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.MessageRefusedException;
import dev.millrace.core.channel.Subscribing;
import dev.millrace.core.store.Bytes;
import dev.millrace.testkit.network.TcpProxy.Fate;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** What is lost on the way to a queue, and what takes long. */
class SqsFailureTest {
  private static final List<Fate> FATES = List.of(Fate.LOST, Fate.SENT, Fate.ANSWERED);

  private static SqsEmulator emulator;
  private static SnsEmulator other;

  private final String name = "failure-" + UUID.randomUUID() + ".fifo";
  private final List<Channel> opened = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    emulator = SqsEmulator.shared();
    other = SnsEmulator.shared();
  }

  @AfterEach
  void closeAll() {
    emulator.network().refuse(false);
    opened.forEach(Channel::close);
  }

  private Channel open(String parameters) {
    return opened(Channel.open(emulator.channel(name, "waitSeconds=1&" + parameters)));
  }

  private Channel opened(Channel channel) {
    opened.add(channel);
    return channel;
  }

  private static SqsQueue queue(String url) {
    AwsAddress address = AwsAddress.parse("sqs", url);
    return SqsQueue.open(address, AwsClients.sqs(address));
  }

  private static Message message(String id, String key, int bytes) {
    return Message.named("/failure", id, "sized")
        .key(key)
        .data("application/octet-stream", Bytes.wrap(new byte[bytes]))
        .build();
  }

  private static void publish(Channel channel, List<Message> messages) {
    CompletableFuture.allOf(channel.publish(messages).toArray(CompletableFuture<?>[]::new)).join();
  }

  @Test
  void ofABatchOfWhichOneIsRefusedTheRestIsStoredButWhatFollowsOnItsKey() {
    String url = other.queue(name);
    Channel channel = opened(Channel.open(url));
    SqsQueue queue = queue(url);
    queue.set(QueueAttributeName.MAXIMUM_MESSAGE_SIZE, "1024"); // since the channel looked
    Message refused = message("b1", "b", 2_000);
    Message follows = message("b2", "b", 10);

    List<CompletableFuture<Void>> answers =
        channel.publish(List.of(message("a1", "a", 10), refused, follows, message("c1", "c", 10)));

    answers.get(0).join();
    answers.get(3).join();
    assertThatThrownBy(answers.get(1)::join).hasCauseInstanceOf(MessageRefusedException.class);
    assertThatThrownBy(answers.get(2)::join)
        .hasCauseInstanceOf(ChannelUnavailableException.class)
        .hasMessageContaining("'b2'")
        .hasMessageContaining("waits for one of its key before it");
    queue.set(QueueAttributeName.MAXIMUM_MESSAGE_SIZE, "262144");
    publish(channel, List.of(refused, follows));
    List<String> came = Following.ids(channel.subscribe(Subscribing.as("group")), 4);
    assertThat(came)
        .containsExactlyInAnyOrder("a1", "b1", "b2", "c1")
        .containsSubsequence("b1", "b2");
  }

  @Test
  void aMessageThatIsHeldForLongerThanItIsHiddenGoesToNobodyElse() {
    Channel channel = open("visibilitySeconds=3");
    ChannelSubscription holds = channel.subscribe(Subscribing.as("group"));
    publish(channel, List.of(message("1", "a", 10), message("2", "a", 10)));
    Delivery held = Following.take(holds, 1).get(0);
    ChannelSubscription waits = open("visibilitySeconds=3").subscribe(Subscribing.as("group"));

    assertThat(Following.within(Duration.ofSeconds(7), waits)).isEmpty();

    held.acknowledge();
    holds.close();
    assertThat(Following.ids(waits, 1)).containsExactly("2");
  }

  @Test
  void aMessageThatIsHeldForLongerThanItMayBeGoesToSomebodyElse() {
    Channel channel = open("visibilitySeconds=1&holdSeconds=1");
    ChannelSubscription holds = channel.subscribe(Subscribing.as("group").mostOutstanding(1));
    publish(channel, List.of(message("1", "a", 10)));
    Delivery held = Following.take(holds, 1).get(0);
    ChannelSubscription waits = open("").subscribe(Subscribing.as("group"));
    List<Delivery> came = new ArrayList<>();

    Following.until(
        "it comes to one of them again",
        () -> {
          came.addAll(waits.poll(1));
          came.addAll(holds.poll(1));
          return !came.isEmpty();
        });

    assertThat(came.get(0).message().id()).isEqualTo("1");
    held.acknowledge(); // it is not this one's any more
    came.get(0).acknowledge();
    Following.until("nothing waits", () -> waits.lag().orElse(-1) == 0);
  }

  @Test
  void messagesThatAreTooLargeForOneBatchTogetherGoInSeveral() {
    Channel channel = open("");
    int most = (int) channel.capabilities().maxMessageBytes();
    List<Message> messages = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      messages.add(message(String.valueOf(i), "key-" + i % 4, most));
    }

    publish(channel, messages);

    ChannelSubscription subscription = channel.subscribe(Subscribing.as("group"));
    assertThat(new TreeSet<>(Following.ids(subscription, 8))).hasSize(8);
  }

  @Test
  void messagesWhoseAnswerWasLostComeWithoutWaitingUntilTheyAreVisibleAgain() {
    Channel channel = open("visibilitySeconds=3600");
    publish(channel, List.of(message("1", "a", 10)));
    SqsQueue queue = queue("sqs://elasticmq/" + name + "?endpoint=" + emulator.endpointItself());
    emulator.network().cutAt(1, Fate.ANSWERED);
    ChannelSubscription subscription = channel.subscribe(Subscribing.as("group"));
    Following.until("the answer is on its way", () -> queue.visible() == 0);
    emulator.network().refuse(true); // also to the client's own attempts to ask again
    Following.until("the problem is said", () -> !subscription.problem().isEmpty());
    emulator.network().refuse(false);

    assertThat(Following.ids(subscription, 1)).containsExactly("1");
  }

  @Test
  void whatIsPublishedWhileConnectionsAreCutComesInOrderWhenItIsPublishedAgain() {
    Channel channel = open("visibilitySeconds=2");
    ChannelSubscription subscription = channel.subscribe(Subscribing.as("group"));
    List<String> came = new ArrayList<>();
    for (int round = 0; round < 10; round++) {
      List<Message> messages = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        messages.add(message(String.valueOf(1_000 + round * 20 + i), "key-" + i % 2, 10));
      }
      emulator.network().cutAt(1 + round, FATES.get(round % FATES.size()));
      boolean isStored = false;
      while (!isStored) {
        List<CompletableFuture<Void>> answers = channel.publish(messages);
        CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
            .handle((done, failure) -> null)
            .join();
        isStored = answers.stream().noneMatch(CompletableFuture::isCompletedExceptionally);
      }
    }
    TreeSet<String> all = new TreeSet<>();
    while (all.size() < 200) {
      for (Delivery one : Following.take(subscription, 1)) {
        all.add(one.message().id());
        came.add(one.message().key() + one.message().id());
        one.acknowledge();
      }
    }
    for (String key : new String[] {"key-0", "key-1"}) {
      List<String> first = came.stream().filter(one -> one.startsWith(key)).distinct().toList();
      assertThat(first).isSorted();
    }
  }

  @Test
  void aServiceThatIsAwayIsWaitedForAndSaidToBeAway() {
    Channel channel = open("visibilitySeconds=2");
    ChannelSubscription subscription = channel.subscribe(Subscribing.as("group"));
    publish(channel, List.of(message("1", "a", 10)));
    assertThat(Following.ids(subscription, 1)).containsExactly("1");

    emulator.stop();
    emulator.network().refuse(true);
    assertThatThrownBy(() -> publish(channel, List.of(message("2", "a", 10))))
        .hasCauseInstanceOf(ChannelUnavailableException.class)
        .hasMessageContaining(channel.location());
    Following.until("the problem is said", () -> !subscription.problem().isEmpty());
    assertThat(subscription.problem()).contains(channel.location());
    assertThat(subscription.poll(1)).isEmpty();

    emulator.network().refuse(false);
    emulator.restart();
    publish(channel, List.of(message("2", "a", 10)));
    assertThat(Following.ids(subscription, 1)).containsExactly("2");
    assertThat(subscription.problem()).isEmpty();
  }

  @Test
  void whatOthersSendIsPlain() {
    Channel channel = open("");
    AwsAddress address =
        AwsAddress.parse("sqs", "sqs://elasticmq/" + name + "?endpoint=" + emulator.endpoint());
    SqsClient client = AwsClients.sqs(address);
    String url = queue("sqs://elasticmq/" + name + "?endpoint=" + emulator.endpoint()).url();
    String body =
        "{\"Records\":[{\"eventSource\":\"aws:s3\",\"eventName\":\"ObjectCreated:Put\"}]}";
    String id =
        client
            .sendMessage(request ->
                request
                    .queueUrl(url)
                    .messageBody(body)
                    .messageGroupId("bucket")
                    .messageDeduplicationId("1"))
            .messageId();

    Message came = Following.take(channel.subscribe(Subscribing.as("group")), 1).get(0).message();

    assertThat(came)
        .isEqualTo(
            Message.named("sqs:" + name, id, Message.PLAIN)
                .key("bucket")
                .data("application/octet-stream", Bytes.utf8(body))
                .build());
  }

  @Test
  void nothingThatListensIsSaidAtTheStart() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    for (String scheme : new String[] {"sqs", "sns"}) {
      assertThatThrownBy(
              () -> Channel.open(scheme + "://us-east-1/q?endpoint=http://localhost:" + port))
          .isInstanceOf(ChannelUnavailableException.class)
          .hasMessageContaining(scheme + "://us-east-1/q was not answered");
    }
  }
}
