package dev.millrace.core.channel;

import dev.millrace.core.store.Bytes;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A public message: a CloudEvent, version 1.0. Immutable.
 *
 * <p>Source and id together are its identity: what has both the same is the same message, however
 * often it arrives.
 */
public final class Message {
  /** Longest value of an attribute, in characters. */
  public static final int MAX_ATTRIBUTE_LENGTH = 4_096;

  /** The type of what arrived and is no CloudEvent: its data is as it came. */
  public static final String PLAIN = "dev.millrace.plain";

  private static final int MAX_NAME_LENGTH = 64;
  private static final String KEY = "partitionkey";
  private static final String CORRELATION = "correlationid";
  private static final String CAUSATION = "causationid";
  private static final String TRACE = "traceparent";
  private static final String TENANT = "tenantid";

  private final SortedMap<String, String> attributes;
  private final Bytes data;

  private Message(SortedMap<String, String> attributes, Bytes data) {
    this.attributes = Collections.unmodifiableSortedMap(attributes);
    this.data = data;
  }

  /**
   * A message with these attributes, but for {@code specversion}.
   *
   * @param attributes by CloudEvents' names: {@code id}, {@code source} and {@code type} must be
   *     there
   * @throws IllegalArgumentException naming the attribute that is missing or malformed
   */
  public static Message of(Map<String, String> attributes, Bytes data) {
    TreeMap<String, String> copy = new TreeMap<>();
    attributes.forEach((name, value) -> put(copy, name, value));
    for (String needed : new String[] {"id", "source", "type"}) {
      if (!copy.containsKey(needed)) {
        throw new IllegalArgumentException("a message needs the attribute '" + needed + "'");
      }
    }
    String time = copy.get("time");
    if (time != null) {
      checkTime(time);
    }
    return new Message(copy, data);
  }

  private static void checkTime(String time) {
    try {
      var unused = java.time.OffsetDateTime.parse(time);
    } catch (java.time.format.DateTimeParseException wrong) {
      throw new IllegalArgumentException("attribute 'time' is no time: '" + time + "'", wrong);
    }
  }

  private static void put(Map<String, String> attributes, String name, String value) {
    if (name.isEmpty()
        || name.length() > MAX_NAME_LENGTH
        || !name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) {
      throw new IllegalArgumentException(
          "an attribute's name has 1 to "
              + MAX_NAME_LENGTH
              + " lower-case letters and digits: '"
              + name
              + "'");
    }
    if (value.isEmpty() || value.length() > MAX_ATTRIBUTE_LENGTH) {
      throw new IllegalArgumentException(
          "attribute '" + name + "' has 1 to " + MAX_ATTRIBUTE_LENGTH + " characters");
    }
    if (!name.equals("data") && !name.equals("specversion")) {
      attributes.put(name, value);
      return;
    }
    throw new IllegalArgumentException("'" + name + "' cannot be set as an attribute");
  }

  /** Begins a message. */
  public static Builder named(String source, String id, String type) {
    return new Builder().set("source", source).set("id", id).set("type", type);
  }

  /** Collects the parts of a message. Not safe for use from several threads. */
  public static final class Builder {
    private final Map<String, String> attributes = new TreeMap<>();
    private Bytes data = Bytes.EMPTY;

    private Builder() {}

    /** Sets an attribute or extension; null leaves it out. */
    public Builder set(String name, @Nullable String value) {
      if (value != null) {
        attributes.put(name, value);
      }
      return this;
    }

    /** Messages with one key stay in order. */
    public Builder key(@Nullable String key) {
      return set(KEY, key);
    }

    /** Where it came from: the flow, what caused it, the trace. */
    public Builder causedBy(
        @Nullable String correlationId, @Nullable String causationId, @Nullable String trace) {
      return set(CORRELATION, correlationId).set(CAUSATION, causationId).set(TRACE, trace);
    }

    /** Whose it is. */
    public Builder tenant(@Nullable String tenant) {
      return set(TENANT, tenant);
    }

    /** When what it tells of happened. */
    public Builder time(Instant time) {
      return set("time", time.toString());
    }

    /** Its data, and what that is, as in {@code application/json}. */
    public Builder data(String contentType, Bytes data) {
      this.data = data;
      return set("datacontenttype", contentType);
    }

    /**
     * Checks the parts and makes the message.
     *
     * @throws IllegalArgumentException naming the attribute that is missing or malformed
     */
    public Message build() {
      return Message.of(attributes, data);
    }
  }

  private String needed(String name) {
    String value = attributes.get(name);
    if (value == null) {
      throw new IllegalStateException("checked when it was made");
    }
    return value;
  }

  /** Unique within its source. */
  public String id() {
    return needed("id");
  }

  /** Who sent it. */
  public String source() {
    return needed("source");
  }

  /** What it tells of, by a stable name. */
  public String type() {
    return needed("type");
  }

  /** What it is about; null: not said. */
  public @Nullable String subject() {
    return attributes.get("subject");
  }

  /** Messages with one key stay in order; null: it stands in no order. */
  public @Nullable String key() {
    return attributes.get(KEY);
  }

  /** The id of the first command of the flow. */
  public @Nullable String correlationId() {
    return attributes.get(CORRELATION);
  }

  /** The id of what caused it. */
  public @Nullable String causationId() {
    return attributes.get(CAUSATION);
  }

  /** W3C trace context. */
  public @Nullable String traceparent() {
    return attributes.get(TRACE);
  }

  /** Whose it is; null: not said. */
  public @Nullable String tenant() {
    return attributes.get(TENANT);
  }

  /** What its data is. */
  public @Nullable String contentType() {
    return attributes.get("datacontenttype");
  }

  /** An attribute or extension; null: not there. */
  public @Nullable String attribute(String name) {
    return attributes.get(name);
  }

  /** All attributes and extensions but {@code specversion}, by name, ascending. */
  public SortedMap<String, String> attributes() {
    return attributes;
  }

  /** Its data. */
  public Bytes data() {
    return data;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Message that
        && attributes.equals(that.attributes)
        && data.equals(that.data);
  }

  @Override
  public int hashCode() {
    return 31 * attributes.hashCode() + data.hashCode();
  }

  @Override
  public String toString() {
    return "message '" + id() + "' of type '" + type() + "' from " + source();
  }
}
