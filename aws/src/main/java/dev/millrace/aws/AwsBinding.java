package dev.millrace.aws;

import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.StructuredCloudEvents;
import dev.millrace.core.store.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Messages as those of SQS and SNS. CloudEvents has no binding for them; this one follows that for
 * Kafka. In structured mode the body is a document; in binary mode attributes are message
 * attributes {@code ce_…} and the body is the data. In both modes {@code ce_type} and {@code
 * content-type} are attributes, by which a topic can filter.
 */
final class AwsBinding {
  /** Most message attributes of a message. */
  static final int MAX_ATTRIBUTES = 10;

  static final String TYPE = "ce_type";
  static final String CONTENT_TYPE = "content-type";

  private static final String PREFIX = "ce_";
  private static final String DATA_CONTENT_TYPE = "datacontenttype";
  private static final String UNKNOWN = "application/octet-stream";
  private static final String KEY = "partitionkey";
  private static final String VERSION = "specversion";
  private static final String WITHOUT_KEY = "millrace-none-";
  private static final String DIGESTED = "millrace-key-";
  private static final Pattern GROUP =
      Pattern.compile("[A-Za-z0-9!\"#$%&'()*+,./:;<=>?@\\[\\\\\\]^_`{|}~-]{1,128}");

  private AwsBinding() {}

  /**
   * What is sent.
   *
   * @param attributes message attributes, all texts
   */
  record Written(String body, Map<String, String> attributes) {
    private static final int TYPE_BYTES = "String".length();

    /** What counts against the limits of a message and of a batch. */
    int bytes() {
      int bytes = length(body);
      for (Map.Entry<String, String> one : attributes.entrySet()) {
        bytes += length(one.getKey()) + TYPE_BYTES + length(one.getValue());
      }
      return bytes;
    }

    private static int length(String text) {
      return text.getBytes(StandardCharsets.UTF_8).length;
    }
  }

  /**
   * What was received.
   *
   * @param place the queue, for messages that do not say where they are from
   * @param id that SQS gave the message
   * @param group the message group; null: not of a FIFO queue
   */
  record Received(
      String place,
      String id,
      @Nullable String group,
      String body,
      Map<String, String> attributes) {}

  static Written write(Message message, boolean structured) {
    Written binary = structured ? null : binary(message);
    return binary == null ? structured(message) : binary;
  }

  private static Written structured(Message message) {
    Map<String, String> attributes = new TreeMap<>();
    attributes.put(CONTENT_TYPE, StructuredCloudEvents.CONTENT_TYPE);
    if (isText(message.type())) {
      attributes.put(TYPE, message.type());
    }
    // the only characters that JSON leaves as they are, in texts, and the services refuse
    String body =
        StructuredCloudEvents.write(message)
            .utf8()
            .replace("\uFFFE", "\\uFFFE")
            .replace("\uFFFF", "\\uFFFF");
    return new Written(body, attributes);
  }

  /** Null: it has too many attributes, or something in it is no text. */
  private static @Nullable Written binary(Message message) {
    String body = text(message.data());
    if (body == null || message.attributes().size() + 1 > MAX_ATTRIBUTES) {
      return null;
    }
    Map<String, String> attributes = new TreeMap<>();
    attributes.put(PREFIX + VERSION, StructuredCloudEvents.VERSION);
    for (Map.Entry<String, String> one : message.attributes().entrySet()) {
      if (!isText(one.getValue())) {
        return null;
      }
      String name = one.getKey();
      attributes.put(name.equals(DATA_CONTENT_TYPE) ? CONTENT_TYPE : PREFIX + name, one.getValue());
    }
    return new Written(body, attributes);
  }

  private static @Nullable String text(Bytes data) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(data.buffer()).toString();
      return isText(text) ? text : null;
    } catch (CharacterCodingException notText) {
      return null;
    }
  }

  /** What the services take: the characters of XML. */
  private static boolean isText(String text) {
    return !text.isEmpty()
        && text.codePoints()
            .allMatch(c ->
                c == 0x9
                    || c == 0xA
                    || c == 0xD
                    || (c >= 0x20 && c <= 0xD7FF)
                    || (c >= 0xE000 && c <= 0xFFFD)
                    || c >= 0x10000);
  }

  /** What is no CloudEvent, or a broken one, is plain. */
  static Message read(Received found) {
    String contentType = found.attributes().get(CONTENT_TYPE);
    Bytes body = Bytes.utf8(found.body());
    try {
      if (StructuredCloudEvents.isDocument(contentType) || looksLikeDocument(found)) {
        return withKey(StructuredCloudEvents.read(body), found);
      }
      if (StructuredCloudEvents.VERSION.equals(found.attributes().get(PREFIX + VERSION))) {
        return withKey(Message.of(attributes(found), body), found);
      }
    } catch (IllegalArgumentException broken) {
      return plain(found, contentType, body);
    }
    return plain(found, contentType, body);
  }

  /** Others publish documents without saying so. */
  private static boolean looksLikeDocument(Received found) {
    return !found.attributes().containsKey(PREFIX + VERSION)
        && found.body().startsWith("{")
        && found.body().contains("\"" + VERSION + "\"");
  }

  private static Map<String, String> attributes(Received found) {
    Map<String, String> attributes = new TreeMap<>();
    found
        .attributes()
        .forEach((name, value) -> {
          if (name.equals(CONTENT_TYPE)) {
            attributes.put(DATA_CONTENT_TYPE, value);
          } else if (name.startsWith(PREFIX) && !name.equals(PREFIX + VERSION)) {
            attributes.put(name.substring(PREFIX.length()), value);
          }
        });
    return attributes;
  }

  /** Others give messages a group without naming it in the message. */
  private static Message withKey(Message message, Received found) {
    String key = keyOf(found.group());
    if (message.key() != null || key == null) {
      return message;
    }
    Map<String, String> attributes = new TreeMap<>(message.attributes());
    attributes.put(KEY, key);
    return Message.of(attributes, message.data());
  }

  private static @Nullable String keyOf(@Nullable String group) {
    return group == null || group.startsWith(WITHOUT_KEY) ? null : group;
  }

  private static Message plain(Received found, @Nullable String contentType, Bytes body) {
    String said = contentType == null || contentType.isEmpty() ? UNKNOWN : contentType;
    return Message.named(SqsChannelProvider.SCHEME + ":" + found.place(), found.id(), Message.PLAIN)
        .key(keyOf(found.group()))
        .data(said.length() <= Message.MAX_ATTRIBUTE_LENGTH ? said : UNKNOWN, body)
        .build();
  }

  /**
   * The message group: the key, as far as SQS takes it, else its digest. What has no key is a group
   * of its own, so that it waits for nothing.
   */
  static String group(Message message) {
    String key = message.key();
    if (key == null) {
      return WITHOUT_KEY + deduplicationId(message);
    }
    boolean fits =
        GROUP.matcher(key).matches() && !key.startsWith(WITHOUT_KEY) && !key.startsWith(DIGESTED);
    return fits ? key : DIGESTED + digest(key);
  }

  /** By which SQS knows, for five minutes, that it has a message already. */
  static String deduplicationId(Message message) {
    return digest(message.source(), message.id());
  }

  /** Each text with its length before it, so that no two lists of texts are the same bytes. */
  static String digest(String... texts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String text : texts) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
