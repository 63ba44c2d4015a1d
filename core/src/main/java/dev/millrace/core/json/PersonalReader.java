package dev.millrace.core.json;

import dev.millrace.core.personal.Personal;
import dev.millrace.core.personal.SealedValue;
import dev.millrace.core.spi.CodecException;
import dev.millrace.core.spi.PersonalFields;
import dev.millrace.core.store.Bytes;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.std.StdDeserializer;

/**
 * Reads personal values as {@link PersonalWriter} wrote them. What comes from elsewhere is in
 * clear; a sealed one is nothing but wrong there, so that nobody can send another's.
 */
final class PersonalReader extends StdDeserializer<Personal<?>> {
  private final JsonCodec codec;
  private final @Nullable JavaType content;

  PersonalReader(JsonCodec codec) {
    this(codec, null);
  }

  private PersonalReader(JsonCodec codec, @Nullable JavaType content) {
    super(Personal.class);
    this.codec = codec;
    this.content = content;
  }

  @Override
  public ValueDeserializer<?> createContextual(
      DeserializationContext context, BeanProperty property) {
    JavaType type = context.getContextualType();
    JavaType of = type == null ? null : type.containedType(0);
    return new PersonalReader(codec, of == null ? context.constructType(Object.class) : of);
  }

  @Override
  public Personal<?> deserialize(JsonParser parser, DeserializationContext context) {
    JavaType type = content;
    if (type == null) {
      throw new IllegalStateException("asked before it was told of what type the value is");
    }
    if (!(context.getAttribute(PersonalFields.class) instanceof PersonalFields personal)) {
      return Personal.of(clear(context.readTree(parser), type, context));
    }
    String path = parser.streamReadContext().pathAsPointer().toString();
    if (!personal.bearsClear()) {
      return stored(parser, path, type, personal);
    }
    JsonNode node = context.readTree(parser);
    boolean isSealed = node.has(PersonalWriter.SEALED) && node.has(PersonalWriter.KEY);
    boolean isForgotten = node.size() == 1 && node.path(PersonalWriter.FORGOTTEN).isBoolean();
    boolean isClear = !node.isObject() || !(isSealed || isForgotten);
    if (isClear) {
      return personal.readClear(path, clear(node, type, context));
    }
    try (JsonParser again = node.traverse(context)) {
      again.nextToken();
      return stored(again, path, type, personal);
    }
  }

  /** Step by step: it is the reading of a replay. */
  private Personal<?> stored(
      JsonParser parser, String path, JavaType type, PersonalFields personal) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new CodecException("the personal value at " + path + " stands there in clear", null);
    }
    String algorithm = "";
    String key = "";
    String at = "";
    String nonce = "";
    String text = "";
    boolean forgotten = false;
    for (String name = parser.nextName(); name != null; name = parser.nextName()) {
      JsonToken token = parser.nextToken();
      if (token == JsonToken.VALUE_STRING) {
        switch (name) {
          case PersonalWriter.SEALED -> algorithm = parser.getString();
          case PersonalWriter.KEY -> key = parser.getString();
          case PersonalWriter.AT -> at = parser.getString();
          case PersonalWriter.NONCE -> nonce = parser.getString();
          case PersonalWriter.TEXT -> text = parser.getString();
          default -> {}
        }
      } else {
        forgotten |= token == JsonToken.VALUE_TRUE && name.equals(PersonalWriter.FORGOTTEN);
        parser.skipChildren();
      }
    }
    if (forgotten) {
      return Personal.forgotten();
    }
    if (!algorithm.equals(SealedValue.ALGORITHM)) {
      throw new CodecException(
          algorithm.isEmpty()
              ? "the personal value at " + path + " stands there in clear"
              : "the personal value at "
                  + path
                  + " is sealed by "
                  + algorithm
                  + ", which this program does not know",
          null);
    }
    SealedValue sealed;
    try {
      sealed = sealed(key, at, nonce, text);
    } catch (IllegalArgumentException e) {
      throw new CodecException("the sealed value at " + path + " is damaged", e);
    }
    return personal.read(path, sealed, data -> codec.decodePersonal(data, type));
  }

  /**
   * A value from its texts.
   *
   * @throws IllegalArgumentException when it is not as it was written
   */
  static SealedValue sealed(String key, String at, String nonce, String text) {
    return new SealedValue(UUID.fromString(key), at, bytes(nonce), bytes(text));
  }

  private static Object clear(JsonNode node, JavaType type, DeserializationContext context) {
    Object value;
    try {
      value = context.readTreeAsValue(node, type);
    } catch (JacksonException e) {
      throw doesNotFit(type);
    }
    if (value == null) {
      throw doesNotFit(type);
    }
    return value;
  }

  /** Says nothing of the value, not even as a cause. */
  static CodecException doesNotFit(JavaType type) {
    return new CodecException(
        "a personal value is not a valid " + type.getRawClass().getSimpleName(), null);
  }

  private static Bytes bytes(String base64) {
    return Bytes.wrap(Base64.getUrlDecoder().decode(base64));
  }
}
