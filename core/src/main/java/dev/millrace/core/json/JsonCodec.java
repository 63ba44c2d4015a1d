package dev.millrace.core.json;

import dev.millrace.core.personal.Personal;
import dev.millrace.core.spi.Codec;
import dev.millrace.core.spi.CodecException;
import dev.millrace.core.spi.PersonalFields;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.MillraceException;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/**
 * JSON by Jackson: fields in the order of the record, exact decimals, times as ISO 8601 text.
 *
 * <p>Unknown fields are passed over. A record's component must be present and not null, unless it
 * is an {@link java.util.Optional} or its type carries an annotation named {@code Nullable}.
 */
public final class JsonCodec implements Codec {
  /** Largest document, in bytes. */
  public static final int MAX_DOCUMENT_BYTES = 8 << 20;

  /** Deepest nesting. */
  public static final int MAX_DEPTH = 64;

  /** Longest text, in characters. */
  public static final int MAX_TEXT_LENGTH = 1 << 20;

  /** Longest number, in characters. */
  public static final int MAX_NUMBER_LENGTH = 200;

  /** Most places of a decimal before or after the point that its exponent may ask for. */
  public static final int MAX_SCALE = 1_000;

  private static final TypeReference<LinkedHashMap<String, Object>> FIELDS =
      new TypeReference<>() {};

  private final JsonMapper mapper;

  public JsonCodec() {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxDocumentLength(MAX_DOCUMENT_BYTES)
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_TEXT_LENGTH)
                    .maxNumberLength(MAX_NUMBER_LENGTH)
                    .build())
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();
    JsonMapper.Builder builder =
        JsonMapper.builder(factory)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    builder.addModule(
        new SimpleModule("millrace")
            .addDeserializer(BigDecimal.class, new BoundedDecimal())
            .addSerializer(new PersonalWriter(this::encode))
            .addDeserializer(Personal.class, new PersonalReader(this)));
    AnnotationIntrospector standard = builder.annotationIntrospector();
    builder.annotationIntrospector(AnnotationIntrospector.pair(new RequiredComponents(), standard));
    this.mapper = builder.build();
  }

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public Bytes encode(Object value) {
    return encode(value, mapper.writer());
  }

  private static Bytes encode(Object value, ObjectWriter writer) {
    byte[] json;
    try {
      json = writer.writeValueAsBytes(value);
    } catch (JacksonException e) {
      if (e.getCause() instanceof MillraceException reason) {
        throw reason;
      }
      throw new CodecException(
          "cannot write a " + value.getClass().getSimpleName() + " as JSON: " + reason(e), e);
    }
    if (json.length > MAX_DOCUMENT_BYTES) {
      throw new CodecException(
          "a "
              + value.getClass().getSimpleName()
              + " takes "
              + json.length
              + " bytes as JSON; at most "
              + MAX_DOCUMENT_BYTES
              + ": split it, or keep the large part elsewhere",
          null);
    }
    return Bytes.wrap(json);
  }

  @Override
  public <T> T decode(Bytes data, Class<T> type) {
    try {
      return mapper.readValue(data.stream(), type);
    } catch (JacksonException e) {
      throw unreadable(type, e);
    }
  }

  @Override
  public Map<String, Object> decodeFields(Bytes data) {
    try {
      return mapper.readValue(data.stream(), FIELDS);
    } catch (JacksonException e) {
      throw new CodecException("not a JSON object: " + reason(e), e);
    }
  }

  @Override
  public <T> T fromFields(Map<String, Object> fields, Class<T> type) {
    try {
      return mapper.convertValue(fields, type);
    } catch (JacksonException e) {
      throw unreadable(type, e);
    }
  }

  @Override
  public Bytes encode(Object value, PersonalFields personal) {
    return encode(value, mapper.writer().withAttribute(PersonalFields.class, personal));
  }

  @Override
  public <T> T decode(Bytes data, Class<T> type, PersonalFields personal) {
    try {
      return mapper
          .readerFor(type)
          .withAttribute(PersonalFields.class, personal)
          .readValue(data.stream());
    } catch (JacksonException e) {
      throw unreadable(type, e);
    }
  }

  @Override
  public <T> T fromFields(Map<String, Object> fields, Class<T> type, PersonalFields personal) {
    try {
      JsonNode document = mapper.valueToTree(fields);
      return mapper
          .readerFor(type)
          .withAttribute(PersonalFields.class, personal)
          .readValue(document);
    } catch (JacksonException e) {
      throw unreadable(type, e);
    }
  }

  /** Reads the value within a personal one; what goes wrong must not show it. */
  Object decodePersonal(Bytes data, JavaType type) {
    try {
      return mapper.readValue(data.stream(), type);
    } catch (JacksonException e) {
      throw PersonalReader.doesNotFit(type);
    }
  }

  private static CodecException unreadable(Class<?> type, JacksonException e) {
    return new CodecException("not a valid " + type.getSimpleName() + ": " + reason(e), e);
  }

  /** What is wrong and in which field, without Jackson's excerpt of the source. */
  private static String reason(JacksonException e) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      if (step.getPropertyName() != null) {
        path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
      } else {
        path.append('[').append(step.getIndex()).append(']');
      }
    }
    String message = e.getOriginalMessage();
    return path.isEmpty() ? message : "field '" + path + "': " + message;
  }
}
