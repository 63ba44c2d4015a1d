package dev.millrace.node.operation;

import dev.millrace.node.http.Json;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON Schema of a record, by the codec's rules: what is not nullable is required. */
final class RecordSchema {
  private static final Set<Class<?>> INTEGERS =
      Set.of(
          int.class,
          long.class,
          short.class,
          byte.class,
          Integer.class,
          Long.class,
          Short.class,
          Byte.class,
          BigInteger.class);
  private static final Set<Class<?>> NUMBERS =
      Set.of(double.class, float.class, Double.class, Float.class, BigDecimal.class);
  private static final Map<Class<?>, String> FORMATS =
      Map.of(
          Instant.class, "date-time",
          OffsetDateTime.class, "date-time",
          LocalDateTime.class, "local-date-time",
          LocalDate.class, "date",
          UUID.class, "uuid");

  private final Set<Type> above = new HashSet<>();

  ObjectNode of(Type type) {
    ObjectNode schema = Json.mapper().createObjectNode();
    if (type instanceof ParameterizedType generic) {
      generic(generic, schema);
    } else if (type instanceof Class<?> plain) {
      plain(plain, schema);
    }
    return schema;
  }

  private void generic(ParameterizedType type, ObjectNode schema) {
    Class<?> raw = (Class<?>) type.getRawType();
    Type[] arguments = type.getActualTypeArguments();
    if (Collection.class.isAssignableFrom(raw)) {
      schema.put("type", "array").set("items", of(arguments[0]));
    } else if (Map.class.isAssignableFrom(raw)) {
      schema.put("type", "object").set("additionalProperties", of(arguments[1]));
    } else if (raw == Optional.class) {
      schema.setAll(of(arguments[0]));
    } else {
      plain(raw, schema);
    }
  }

  private void plain(Class<?> type, ObjectNode schema) {
    if (type.isRecord()) {
      if (above.add(type)) { // a record within itself is any object there
        members(type, schema.put("type", "object"));
        above.remove(type);
      }
    } else if (INTEGERS.contains(type)) {
      schema.put("type", "integer");
    } else if (NUMBERS.contains(type)) {
      schema.put("type", "number");
    } else if (type == boolean.class || type == Boolean.class) {
      schema.put("type", "boolean");
    } else if (type.isEnum()) {
      ArrayNode values = schema.put("type", "string").putArray("enum");
      for (Object value : type.getEnumConstants()) {
        values.add(((Enum<?>) value).name());
      }
    } else if (type == String.class || FORMATS.containsKey(type)) {
      schema.put("type", "string");
      String format = FORMATS.get(type);
      if (format != null) {
        schema.put("format", format);
      }
    }
  }

  private void members(Class<?> type, ObjectNode schema) {
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = Json.mapper().createArrayNode();
    for (RecordComponent component : type.getRecordComponents()) {
      properties.set(component.getName(), of(component.getGenericType()));
      if (component.getType() != Optional.class && !isNullable(component.getAnnotatedType())) {
        required.add(component.getName());
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
  }

  private static boolean isNullable(AnnotatedType type) {
    for (Annotation annotation : type.getAnnotations()) {
      if (annotation.annotationType().getSimpleName().equals("Nullable")) {
        return true;
      }
    }
    return false;
  }
}
