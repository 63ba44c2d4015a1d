package dev.millrace.kafka;

import dev.millrace.core.channel.ChannelSubscription;
import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.Subscribing;
import dev.millrace.core.seam.Seams;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * A member of a group. A consumer belongs to one call at a time, which takes records into a bounded
 * buffer and commits what was acknowledged; the next call follows it. While the buffer is full the
 * consumer goes on being polled, with its partitions paused, so that the group does not think it
 * dead.
 */
final class KafkaSubscription implements ChannelSubscription, ConsumerRebalanceListener {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration BACKOFF = Duration.ofSeconds(1);
  private static final Duration CLOSING = Duration.ofSeconds(5);
  private static final int RECORDS = 500;

  private final KafkaAddress address;
  private final Subscribing subscribing;
  private final Seams seams;
  private final Object lock = new Object();
  private final Map<TopicPartition, KafkaPartition> partitions = new HashMap<>();
  private final Deque<KafkaDelivery> buffer = new ArrayDeque<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private int delivered;
  private boolean paused;
  private boolean left;
  private volatile @Nullable Consumer<byte[], byte[]> consumer;
  private volatile Runnable wake = () -> {};
  private volatile long behind;
  private volatile String problem = "";
  private volatile boolean closed;

  /** A record that was taken, while this member had its partition. */
  private record KafkaDelivery(
      KafkaSubscription from, KafkaPartition partition, long offset, Message message)
      implements Delivery {
    @Override
    public void acknowledge() {
      from.acknowledge(this);
    }
  }

  KafkaSubscription(KafkaAddress address, Subscribing subscribing, Seams seams) {
    this.address = address;
    this.subscribing = subscribing;
    this.seams = seams;
  }

  void begin() {
    next(Duration.ZERO);
  }

  private void next(Duration after) {
    var unused =
        (after.isZero()
                ? CompletableFuture.<Void>completedFuture(null)
                : seams.scheduler().after(after))
            .thenCompose(now ->
                seams
                    .scheduler()
                    .call(
                        "kafka poll",
                        () -> {
                          turn();
                          return true;
                        }))
            .whenComplete((done, failure) -> {
              if (left) {
                ended.complete(null);
              } else if (failure == null || closed) {
                next(Duration.ZERO);
              } else {
                problem = address.location() + ": " + failure;
                next(BACKOFF);
              }
            });
  }

  /** One call at a time has the consumer. */
  private void turn() {
    Consumer<byte[], byte[]> mine = consumer;
    if (closed) {
      left = true;
      leave(mine);
      return;
    }
    problem = "";
    if (mine == null) {
      mine =
          new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
      consumer = mine;
      mine.subscribe(List.of(address.topic()), this);
    }
    commit(mine);
    pauseOrResume(mine);
    try {
      int taken = 0;
      for (ConsumerRecord<byte[], byte[]> found : mine.poll(POLL)) {
        take(found);
        taken++;
      }
      behind = behind(mine);
      if (taken > 0) {
        wake.run();
      }
    } catch (WakeupException woken) {
      // there is room, or it is to end
    }
  }

  private void commit(Consumer<byte[], byte[]> mine) {
    Map<TopicPartition, OffsetAndMetadata> offsets = offsets(partitions.keySet());
    if (!offsets.isEmpty()) {
      mine.commitAsync(
          offsets,
          (asked, failure) -> {
            if (failure != null) {
              problem = "offsets were not committed: " + failure;
              forgetCommitted(asked.keySet());
            }
          });
    }
  }

  private void forgetCommitted(Collection<TopicPartition> of) {
    synchronized (lock) {
      for (TopicPartition one : of) {
        KafkaPartition partition = partitions.get(one);
        if (partition != null) {
          partition.committed(-1);
        }
      }
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets(Collection<TopicPartition> of) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    synchronized (lock) {
      for (TopicPartition one : of) {
        KafkaPartition partition = partitions.get(one);
        long position = partition == null ? -1 : partition.committable();
        if (partition != null && position >= 0) {
          partition.committed(position);
          offsets.put(one, new OffsetAndMetadata(position));
        }
      }
    }
    return offsets;
  }

  private void pauseOrResume(Consumer<byte[], byte[]> mine) {
    synchronized (lock) {
      paused = delivered + buffer.size() >= subscribing.mostOutstanding();
    }
    if (paused) {
      mine.pause(mine.assignment());
    } else if (!mine.paused().isEmpty()) {
      mine.resume(mine.paused());
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> found) {
    Message message = KafkaBinding.read(found);
    synchronized (lock) {
      KafkaPartition partition =
          partitions.computeIfAbsent(
              new TopicPartition(found.topic(), found.partition()), first -> new KafkaPartition());
      partition.took(found.offset());
      buffer.add(new KafkaDelivery(this, partition, found.offset(), message));
    }
  }

  private static long behind(Consumer<byte[], byte[]> mine) {
    long behind = 0;
    for (TopicPartition partition : mine.assignment()) {
      behind += mine.currentLag(partition).orElse(0);
    }
    return behind;
  }

  @Override
  public List<Delivery> poll(int limit) {
    List<Delivery> deliveries = new ArrayList<>();
    synchronized (lock) {
      while (deliveries.size() < limit
          && delivered < subscribing.mostOutstanding()
          && !buffer.isEmpty()) {
        deliveries.add(buffer.remove());
        delivered++;
      }
    }
    return deliveries;
  }

  private void acknowledge(KafkaDelivery delivery) {
    boolean wasFull;
    boolean hasRoom;
    synchronized (lock) {
      if (!delivery.partition().acknowledge(delivery.offset())) {
        return;
      }
      wasFull = delivered-- >= subscribing.mostOutstanding();
      hasRoom = paused && delivered + buffer.size() <= subscribing.mostOutstanding() / 2;
      paused = paused && !hasRoom;
    }
    Consumer<byte[], byte[]> now = consumer;
    if (hasRoom && now != null && !closed) {
      now.wakeup();
    }
    if (wasFull) {
      wake.run();
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
    synchronized (lock) {
      assigned.forEach(one -> partitions.put(one, new KafkaPartition()));
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
    Consumer<byte[], byte[]> mine = consumer;
    Map<TopicPartition, OffsetAndMetadata> offsets = offsets(revoked);
    try {
      if (mine != null && !offsets.isEmpty()) {
        commitNow(mine, offsets);
      }
    } catch (KafkaException lost) {
      problem = "offsets were not committed: " + lost; // what they stand for comes again
    } finally {
      onPartitionsLost(revoked);
    }
  }

  private static void commitNow(
      Consumer<byte[], byte[]> mine, Map<TopicPartition, OffsetAndMetadata> offsets) {
    try {
      mine.commitSync(offsets, CLOSING);
    } catch (WakeupException again) { // meant for a poll
      mine.commitSync(offsets, CLOSING);
    }
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> lost) {
    synchronized (lock) {
      for (TopicPartition one : lost) {
        KafkaPartition partition = partitions.remove(one);
        if (partition != null) {
          int inBuffer = buffer.size();
          buffer.removeIf(delivery -> delivery.partition() == partition);
          delivered -= partition.lose() - (inBuffer - buffer.size());
        }
      }
    }
    wake.run();
  }

  @Override
  public void onAvailable(Runnable wake) {
    this.wake = wake;
    wake.run();
  }

  @Override
  public OptionalLong lag() {
    synchronized (lock) {
      return OptionalLong.of(behind + delivered + buffer.size());
    }
  }

  @Override
  public String problem() {
    return problem;
  }

  private static void leave(@Nullable Consumer<byte[], byte[]> mine) {
    if (mine != null) {
      mine.close(CloseOptions.timeout(CLOSING)); // revokes, and so commits
    }
  }

  @Override
  public void close() {
    closed = true;
    ended.join(); // the call that polls ends soon; what wakes it could also break the commit
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS);
    settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
    settings.putAll(KafkaChannel.clientSettings(address));
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, subscribing.group());
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
        subscribing.start() == Subscribing.Start.OLDEST ? "earliest" : "latest");
    return settings;
  }
}
