package dev.millrace.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** One partition of a topic, by one producer that all callers share. */
final class KafkaSubject implements Subject, AutoCloseable {
  private static final String KEY = "entity";

  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<byte[]> payloads;
  private final byte[] key = KEY.getBytes(StandardCharsets.UTF_8);
  private final AtomicInteger numbers = new AtomicInteger();

  /**
   * How a producer gathers records.
   *
   * @param lingerMillis how long it waits for more
   * @param batchBytes most of a batch
   */
  record Producing(int lingerMillis, int batchBytes) {
    Map<String, Object> json() {
      return new TreeMap<>(Map.of("linger.ms", lingerMillis, "batch.size", batchBytes));
    }
  }

  KafkaSubject(String servers, String topic, Producing producing, List<byte[]> payloads) {
    this.topic = topic;
    this.payloads = payloads;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                servers,
                "acks",
                "all",
                "linger.ms",
                producing.lingerMillis(),
                "batch.size",
                producing.batchBytes(),
                "buffer.memory",
                128 << 20,
                "key.serializer",
                ByteArraySerializer.class,
                "value.serializer",
                ByteArraySerializer.class));
  }

  @Override
  public void append(int events) {
    CompletableFuture<@Nullable Void> durable = new CompletableFuture<>();
    submit(
        events,
        thrown -> {
          if (thrown == null) {
            durable.complete(null);
          } else {
            durable.completeExceptionally(thrown);
          }
        });
    durable.join();
  }

  /** A batch is not atomic here: it is answered when all of its records are. */
  @Override
  public void submit(int events, Consumer<@Nullable Throwable> answer) {
    if (events == 1) {
      send(next(), answer);
      return;
    }
    AtomicInteger left = new AtomicInteger(events);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    for (int i = 0; i < events; i++) {
      send(
          next(),
          thrown -> {
            if (thrown != null) {
              failure.set(thrown);
            }
            if (left.decrementAndGet() == 0) {
              answer.accept(failure.get());
            }
          });
    }
  }

  /** Sends what is given. */
  void send(byte[] payload, Consumer<@Nullable Throwable> answer) {
    var _ =
        producer.send(
            new ProducerRecord<>(topic, 0, key, payload), (_, thrown) -> answer.accept(thrown));
  }

  private byte[] next() {
    return payloads.get((numbers.getAndIncrement() & Integer.MAX_VALUE) % payloads.size());
  }

  @Override
  public void close() {
    producer.close();
  }
}
