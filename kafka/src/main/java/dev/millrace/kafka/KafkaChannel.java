package dev.millrace.kafka;

import dev.millrace.core.channel.Capabilities;
import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.ChannelSubscription;
import dev.millrace.core.channel.ChannelUnavailableException;
import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.Subscribing;
import dev.millrace.core.channel.UnsupportedChannelException;
import dev.millrace.core.seam.Seams;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** A topic of Kafka. */
final class KafkaChannel implements Channel {
  /** What a record has beside its data, at most: headers and key. */
  private static final int RECORD_OVERHEAD = 64 << 10;

  private final KafkaAddress address;
  private final Seams seams;
  private final long maxMessageBytes;
  private final KafkaPublisher publisher;
  private final List<ChannelSubscription> subscriptions = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  private KafkaChannel(KafkaAddress address, Seams seams, int maxRecordBytes) {
    this.address = address;
    this.seams = seams;
    this.maxMessageBytes = largestData(maxRecordBytes, address.structured());
    this.publisher = new KafkaPublisher(address, maxRecordBytes, maxMessageBytes, seams);
  }

  /** A document may have data in Base64. */
  private static long largestData(int maxRecordBytes, boolean structured) {
    long room = Math.max(1, maxRecordBytes - Math.min(RECORD_OVERHEAD, maxRecordBytes / 2));
    return structured ? room * 3 / 4 : room;
  }

  /** Looks at the topic, or makes it. */
  static KafkaChannel open(KafkaAddress address, Seams seams) {
    try (Admin admin = Admin.create(clientSettings(address))) {
      TopicDescription topic = describe(admin, address);
      if (topic.partitions().isEmpty()) {
        throw new UnsupportedChannelException(address.location() + " has no partitions");
      }
      ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, address.topic());
      String most =
          await(admin.describeConfigs(List.of(resource)).all(), address)
              .values()
              .iterator()
              .next()
              .get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG)
              .value();
      return new KafkaChannel(address, seams, Integer.parseInt(most));
    }
  }

  static Map<String, Object> clientSettings(KafkaAddress address) {
    Map<String, Object> settings = new HashMap<>(address.settings());
    settings.put("bootstrap.servers", address.servers());
    settings.put("enable.metrics.push", "false");
    return settings;
  }

  private static TopicDescription describe(Admin admin, KafkaAddress address) {
    try {
      return topic(admin, address);
    } catch (UnsupportedChannelException missing) {
      if (address.partitions() == 0) {
        throw missing;
      }
      NewTopic topic =
          new NewTopic(
              address.topic(),
              Optional.of(address.partitions()),
              Optional.of(address.replication()));
      try {
        await(admin.createTopics(List.of(topic)).all(), address);
      } catch (ChannelUnavailableException failed) {
        if (!(failed.getCause() instanceof TopicExistsException)) { // somebody was quicker
          throw failed;
        }
      }
      return created(admin, address);
    }
  }

  /** Brokers learn of a new topic a moment later. */
  private static TopicDescription created(Admin admin, KafkaAddress address) {
    UnsupportedChannelException last = null;
    for (int i = 0; i < 100; i++) {
      try {
        return topic(admin, address);
      } catch (UnsupportedChannelException notYet) {
        last = notYet;
      }
    }
    throw new ChannelUnavailableException(address.location() + " was made, and is not there", last);
  }

  private static TopicDescription topic(Admin admin, KafkaAddress address) {
    try {
      return await(admin.describeTopics(List.of(address.topic())).allTopicNames(), address)
          .values()
          .iterator()
          .next();
    } catch (ChannelUnavailableException failed) {
      if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new UnsupportedChannelException(
            "there is no topic '"
                + address.topic()
                + "' at "
                + address.servers()
                + "; make it, or open the channel with ?partitions=8&replication=3",
            failed);
      }
      throw failed;
    }
  }

  private static <V> V await(KafkaFuture<V> future, KafkaAddress address) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new ChannelUnavailableException(
          address.location() + " does not answer: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChannelUnavailableException("interrupted while opening " + address.location(), e);
    }
  }

  @Override
  public String location() {
    return address.location();
  }

  @Override
  public Capabilities capabilities() {
    return new Capabilities("Kafka", Map.of(), maxMessageBytes);
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
    KafkaSubscription subscription = new KafkaSubscription(address, subscribing, seams);
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
