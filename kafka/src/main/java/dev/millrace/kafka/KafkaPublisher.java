package dev.millrace.kafka;

import dev.millrace.core.channel.ChannelUnavailableException;
import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.MessageRefusedException;
import dev.millrace.core.seam.Seams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes, with an idempotent producer that does not give up: what was handed to it stays in
 * order, whatever is lost on the way. What would be refused is refused before it is handed over, as
 * what follows it could not be called back. If the producer fails all the same, it is closed, so
 * that nothing of it is sent any more, and the next call begins with a new one.
 */
final class KafkaPublisher {
  private static final Duration CLOSING = Duration.ofSeconds(5);
  private static final int BLOCKING_MILLIS = 10_000;
  private static final int LINGER_MILLIS = 1;

  private final KafkaAddress address;
  private final int maxRecordBytes;
  private final long maxMessageBytes;
  private final Seams seams;
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);
  private @Nullable Producer<byte[], byte[]> producer;
  private volatile boolean broken;
  private volatile boolean closed;

  KafkaPublisher(KafkaAddress address, int maxRecordBytes, long maxMessageBytes, Seams seams) {
    this.address = address;
    this.maxRecordBytes = maxRecordBytes;
    this.maxMessageBytes = maxMessageBytes;
    this.seams = seams;
  }

  /** The producer may wait for the broker, so each call has its turn on a thread that may. */
  List<CompletableFuture<Void>> publish(List<Message> messages) {
    List<CompletableFuture<Void>> answers = new ArrayList<>();
    messages.forEach(message -> answers.add(new CompletableFuture<>()));
    synchronized (this) {
      last =
          last.handle((done, failure) -> null)
              .thenCompose(now ->
                  seams
                      .scheduler()
                      .call(
                          "kafka publish",
                          () -> {
                            send(messages, answers);
                            return true;
                          }));
    }
    return answers;
  }

  private void send(List<Message> messages, List<CompletableFuture<Void>> answers) {
    Set<String> stopped = new HashSet<>();
    Throwable away = null;
    Producer<byte[], byte[]> now = null;
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      CompletableFuture<Void> answer = answers.get(i);
      String key = message.key();
      if (away != null) {
        answer.completeExceptionally(unavailable(message, away));
      } else if (key != null && stopped.contains(key)) {
        answer.completeExceptionally(
            new ChannelUnavailableException(message + " waits for one of its key before it"));
      } else if (message.data().length() > maxMessageBytes) {
        answer.completeExceptionally(tooLarge(message));
        if (key != null) {
          stopped.add(key);
        }
      } else {
        try {
          now = now == null ? producer() : now;
          send(now, message, answer);
        } catch (RuntimeException failed) { // nothing that follows is handed over
          away = failed;
          answer.completeExceptionally(unavailable(message, failed));
        }
      }
    }
  }

  private void send(Producer<byte[], byte[]> to, Message message, CompletableFuture<Void> answer) {
    var unused =
        to.send(
            KafkaBinding.write(message, address.topic(), address.structured()),
            (stored, failure) -> {
              if (failure == null) {
                answer.complete(null);
                return;
              }
              broken = true;
              answer.completeExceptionally(
                  failure instanceof RecordTooLargeException
                      ? tooLarge(message)
                      : unavailable(message, failure));
            });
    if (broken) {
      throw new ChannelUnavailableException("the producer failed");
    }
  }

  private MessageRefusedException tooLarge(Message message) {
    return new MessageRefusedException(
        message
            + " has "
            + message.data().length()
            + " bytes; "
            + address.location()
            + " takes at most "
            + maxMessageBytes
            + " (max.message.bytes of the topic)");
  }

  private ChannelUnavailableException unavailable(Message message, Throwable failure) {
    return new ChannelUnavailableException(
        message + " was not confirmed by " + address.location() + ": " + failure, failure);
  }

  /** Only in {@link #send}, of which one runs at a time. */
  private Producer<byte[], byte[]> producer() {
    if (closed) {
      throw new ChannelUnavailableException(address.location() + " is closed");
    }
    Producer<byte[], byte[]> old = producer;
    if (old != null && broken) {
      old.close(Duration.ZERO);
      old = null;
    }
    if (old == null) {
      broken = false;
      old = new KafkaProducer<>(settings(), new ByteArraySerializer(), new ByteArraySerializer());
      producer = old;
    }
    return old;
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
    settings.putAll(KafkaChannel.clientSettings(address));
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCKING_MILLIS);
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxRecordBytes);
    return settings;
  }

  void close() {
    closed = true;
    CompletableFuture<?> before;
    synchronized (this) {
      before = last;
    }
    before.handle((done, failure) -> null).join();
    Producer<byte[], byte[]> now = producer;
    if (now != null) {
      now.close(CLOSING);
    }
  }
}
