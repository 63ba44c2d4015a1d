package dev.millrace.aws;

import dev.millrace.core.channel.Capabilities;
import dev.millrace.core.channel.Capability;
import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.ChannelSubscription;
import dev.millrace.core.channel.ChannelUnavailableException;
import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.Subscribing;
import dev.millrace.core.channel.UnsupportedChannelException;
import dev.millrace.core.seam.Seams;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;

/** A queue of SQS: one group, whose members share the messages. */
final class SqsChannel implements Channel {
  private final AwsAddress address;
  private final Seams seams;
  private final SqsQueue queue;
  private final BatchPublisher publisher;
  private final List<ChannelSubscription> subscriptions = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable String> group = new AtomicReference<>();
  private volatile boolean closed;

  private SqsChannel(AwsAddress address, Seams seams, SqsQueue queue, int mostBytes) {
    this.address = address;
    this.seams = seams;
    this.queue = queue;
    this.publisher = new BatchPublisher(address, queue, seams.scheduler(), mostBytes);
  }

  /** Looks at the queue, or makes it. */
  static SqsChannel open(AwsAddress address, Seams seams) {
    SqsClient client = AwsClients.sqs(address);
    SqsQueue queue = SqsQueue.open(address, client);
    return new SqsChannel(address, seams, queue, queue.mostBytes());
  }

  @Override
  public String location() {
    return address.location();
  }

  @Override
  public Capabilities capabilities() {
    Map<Capability, String> refused = new EnumMap<>(Capability.class);
    refused.put(
        Capability.FAN_OUT,
        "a queue is one group: use a topic, sns://"
            + address.region()
            + "/…, which has a queue for each group");
    refused.put(
        Capability.REPLAY,
        "a queue forgets what was deleted: use kafka://…, or read the sender's store");
    if (!address.isFifo()) {
      refused.put(
          Capability.ORDER_PER_KEY,
          "use a queue whose name ends with .fifo, or say withoutOrder() where order does not matter");
    }
    return new Capabilities(
        address.isFifo() ? "SQS FIFO" : "SQS", refused, publisher.maxMessageBytes());
  }

  @Override
  public List<CompletableFuture<Void>> publish(List<Message> messages) {
    return publisher.publish(messages);
  }

  @Override
  public ChannelSubscription subscribe(Subscribing subscribing) {
    if (closed) {
      throw new ChannelUnavailableException(location() + " is closed");
    }
    if (subscribing.start() == Subscribing.Start.NEW) {
      throw new UnsupportedChannelException(
          location()
              + " cannot begin with what is new: a queue has what nobody has taken. Use a topic,"
              + " sns://…, or begin with the oldest");
    }
    String first = group.compareAndExchange(null, subscribing.group());
    if (first != null && !first.equals(subscribing.group())) {
      throw new UnsupportedChannelException(
          "group '"
              + subscribing.group()
              + "' would take messages from group '"
              + first
              + "': "
              + capabilities().refused().get(Capability.FAN_OUT));
    }
    SqsSubscription subscription = new SqsSubscription(address, () -> queue, subscribing, seams);
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
