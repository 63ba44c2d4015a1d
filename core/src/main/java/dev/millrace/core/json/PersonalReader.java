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
    String path = parser.streamReadContext().pathAsPointer().toString();
    JsonNode node = context.readTree(parser);
    if (!(context.getAttribute(PersonalFields.class) instanceof PersonalFields personal)) {
      return Personal.of(clear(node, type, context));
    }
    if (node.isObject() && node.size() == 1 && node.path(PersonalWriter.FORGOTTEN).isBoolean()) {
      return Personal.forgotten();
    }
    if (node.isObject() && node.size() == 5 && node.path(PersonalWriter.SEALED).isString()) {
      return personal.read(path, sealed(node, path), data -> codec.decodePersonal(data, type));
    }
    return personal.readClear(path, clear(node, type, context));
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

  private static SealedValue sealed(JsonNode node, String path) {
    if (!node.path(PersonalWriter.SEALED).stringValue().equals(SealedValue.ALGORITHM)) {
      throw new CodecException(
          "the value at "
              + path
              + " is sealed by "
              + node.path(PersonalWriter.SEALED)
              + ", which this program does not know",
          null);
    }
    try {
      return new SealedValue(
          UUID.fromString(node.path(PersonalWriter.KEY).stringValue()),
          node.path(PersonalWriter.AT).stringValue(),
          bytes(node, PersonalWriter.NONCE),
          bytes(node, PersonalWriter.TEXT));
    } catch (JacksonException | IllegalArgumentException e) {
      throw new CodecException("the sealed value at " + path + " is damaged", e);
    }
  }

  private static Bytes bytes(JsonNode node, String field) {
    return Bytes.wrap(Base64.getUrlDecoder().decode(node.path(field).stringValue()));
  }
}
