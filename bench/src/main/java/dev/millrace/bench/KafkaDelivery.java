package dev.millrace.bench;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Kafka, followed by a consumer of its one partition. */
final class KafkaDelivery implements DeliveryLoop.Publisher, DeliveryLoop.Subscriber {
  private static final Duration WAIT = Duration.ofMillis(100);

  private final KafkaSubject subject;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private volatile boolean closed;
  private @Nullable Thread thread;

  KafkaDelivery(KafkaSubject subject, String servers, String topic) {
    this.subject = subject;
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                servers,
                "fetch.min.bytes",
                1,
                "max.poll.records",
                1_000,
                "check.crcs",
                true,
                "key.deserializer",
                ByteArrayDeserializer.class,
                "value.deserializer",
                ByteArrayDeserializer.class));
    TopicPartition partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
    consumer.seekToEnd(List.of(partition));
    long _ = consumer.position(partition); // it seeks only now
  }

  @Override
  public void publish(long number, Consumer<@Nullable Throwable> answer) {
    byte[] data = new byte[Measured.BYTES];
    ByteBuffer.wrap(data).putLong(0, number);
    subject.send(data, answer);
  }

  @Override
  public void follow(DeliveryLoop loop) {
    Thread follower = Thread.ofPlatform().name("consumer").unstarted(() -> receive(loop));
    thread = follower;
    follower.start();
  }

  private void receive(DeliveryLoop loop) {
    try {
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(WAIT)) {
          loop.received(ByteBuffer.wrap(message.value()).getLong(0));
        }
      }
    } catch (RuntimeException e) {
      loop.failed(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    if (thread != null) {
      thread.join();
    }
    consumer.close();
  }
}
