package dev.millrace.aws;

import dev.millrace.core.channel.Capabilities;
import dev.millrace.core.channel.Capability;
import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.ChannelSubscription;
import dev.millrace.core.channel.ChannelUnavailableException;
import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.Subscribing;
import dev.millrace.core.seam.Seams;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A topic of SNS, with a queue of SQS for each group. */
final class SnsChannel implements Channel {
  private final AwsAddress address;
  private final Seams seams;
  private final SnsTopic topic;
  private final BatchPublisher publisher;
  private final List<ChannelSubscription> subscriptions = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  private SnsChannel(AwsAddress address, Seams seams, SnsTopic topic) {
    this.address = address;
    this.seams = seams;
    this.topic = topic;
    this.publisher = new BatchPublisher(address, topic, seams.scheduler(), SnsTopic.MOST_BYTES);
  }

  /** Looks at the topic, or makes it, and the queues of the groups that the address names. */
  static SnsChannel open(AwsAddress address, Seams seams) {
    SnsTopic topic = SnsTopic.open(address, AwsClients.sns(address), AwsClients.sqs(address));
    address.groups().forEach(topic::queueOf);
    return new SnsChannel(address, seams, topic);
  }

  @Override
  public String location() {
    return address.location();
  }

  @Override
  public Capabilities capabilities() {
    Map<Capability, String> refused = new EnumMap<>(Capability.class);
    refused.put(
        Capability.REPLAY,
        "a group has what was published since its queue was made: name it in ?groups=… before, or"
            + " use kafka://…");
    if (!address.isFifo()) {
      refused.put(
          Capability.ORDER_PER_KEY,
          "use a topic whose name ends with .fifo, or say withoutOrder() where order does not"
              + " matter");
    }
    return new Capabilities(
        address.isFifo() ? "SNS FIFO" : "SNS", refused, publisher.maxMessageBytes());
  }

  @Override
  public List<CompletableFuture<Void>> publish(List<Message> messages) {
    return publisher.publish(messages);
  }

  /** A queue that the group does not have yet is made afterwards, beside the caller. */
  @Override
  public ChannelSubscription subscribe(Subscribing subscribing) {
    if (closed) {
      throw new ChannelUnavailableException(location() + " is closed");
    }
    SqsSubscription subscription =
        new SqsSubscription(address, () -> topic.queueOf(subscribing.group()), subscribing, seams);
    subscriptions.add(subscription);
    subscription.begin();
    return subscription;
  }

  @Override
  public void close() {
    closed = true;
    subscriptions.forEach(ChannelSubscription::close);
    publisher.close();
  }
}
