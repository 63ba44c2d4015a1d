package dev.millrace.kafka;

import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.StructuredCloudEvents;
import dev.millrace.core.store.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Messages as Kafka's records: the Kafka protocol binding of CloudEvents 1.0.2. In binary mode
 * attributes are headers {@code ce_…} and the value is the data; in structured mode the value is a
 * document. The record's key is the attribute {@code partitionkey}. Both modes are read.
 */
final class KafkaBinding {
  private static final String PREFIX = "ce_";
  private static final String CONTENT_TYPE = "content-type";
  private static final String DATA_CONTENT_TYPE = "datacontenttype";
  private static final String KEY = "partitionkey";
  private static final String VERSION = "specversion";

  private KafkaBinding() {}

  static ProducerRecord<byte[], byte[]> write(Message message, String topic, boolean structured) {
    String key = message.key();
    byte[] keyBytes = key == null ? null : bytes(key);
    if (structured) {
      ProducerRecord<byte[], byte[]> written =
          new ProducerRecord<>(topic, keyBytes, StructuredCloudEvents.write(message).toArray());
      written.headers().add(CONTENT_TYPE, bytes(StructuredCloudEvents.CONTENT_TYPE));
      return written;
    }
    ProducerRecord<byte[], byte[]> written =
        new ProducerRecord<>(topic, keyBytes, message.data().toArray());
    Headers headers = written.headers();
    headers.add(PREFIX + VERSION, bytes(StructuredCloudEvents.VERSION));
    message
        .attributes()
        .forEach((name, value) ->
            headers.add(
                name.equals(DATA_CONTENT_TYPE) ? CONTENT_TYPE : PREFIX + name, bytes(value)));
    return written;
  }

  /** What is no CloudEvent, or a broken one, is plain. */
  static Message read(ConsumerRecord<byte[], byte[]> found) {
    Bytes value = found.value() == null ? Bytes.EMPTY : Bytes.wrap(found.value());
    String contentType = header(found.headers(), CONTENT_TYPE);
    try {
      if (StructuredCloudEvents.isDocument(contentType)) {
        return withKey(StructuredCloudEvents.read(value), found);
      }
      if (StructuredCloudEvents.VERSION.equals(header(found.headers(), PREFIX + VERSION))) {
        return withKey(Message.of(attributes(found.headers(), contentType), value), found);
      }
    } catch (IllegalArgumentException broken) {
      return plain(found, contentType, value);
    }
    return plain(found, contentType, value);
  }

  private static Map<String, String> attributes(Headers headers, @Nullable String contentType) {
    Map<String, String> attributes = new TreeMap<>();
    for (Header header : headers) {
      String name = header.key();
      if (name.startsWith(PREFIX) && !name.equals(PREFIX + VERSION) && header.value() != null) {
        attributes.put(name.substring(PREFIX.length()), text(header.value()));
      }
    }
    if (contentType != null) {
      attributes.put(DATA_CONTENT_TYPE, contentType);
    }
    return attributes;
  }

  /** Others give records a key without naming it in the message. */
  private static Message withKey(Message message, ConsumerRecord<byte[], byte[]> found) {
    if (message.key() != null || found.key() == null || found.key().length == 0) {
      return message;
    }
    Map<String, String> attributes = new TreeMap<>(message.attributes());
    attributes.put(KEY, text(found.key()));
    return Message.of(attributes, message.data());
  }

  /** Its place is its identity. */
  private static Message plain(
      ConsumerRecord<byte[], byte[]> found, @Nullable String contentType, Bytes value) {
    String key = found.key() == null || found.key().length == 0 ? null : text(found.key());
    boolean isShort = key != null && key.length() <= Message.MAX_ATTRIBUTE_LENGTH;
    return Message.named(
            KafkaChannelProvider.SCHEME + ":" + found.topic(),
            found.partition() + "/" + found.offset(),
            Message.PLAIN)
        .key(isShort ? key : null)
        .data(
            contentType == null || contentType.isEmpty() ? "application/octet-stream" : contentType,
            value)
        .build();
  }

  private static @Nullable String header(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null ? null : text(header.value());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
