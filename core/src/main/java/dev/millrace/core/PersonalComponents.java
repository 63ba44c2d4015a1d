package dev.millrace.core;

import dev.millrace.core.personal.Personal;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds {@link Personal} components: of a record, the records in it, and what sealed types permit.
 */
final class PersonalComponents {
  private static final ClassValue<Boolean> KNOWN =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return in(type, new HashSet<>());
        }
      };

  private PersonalComponents() {}

  static boolean in(Class<?> type) {
    return KNOWN.get(type);
  }

  private static boolean in(Type type, Set<Type> seen) {
    if (!seen.add(type)) {
      return false;
    }
    return switch (type) {
      case Class<?> of -> of == Personal.class || inParts(of, seen);
      case ParameterizedType of ->
          in(of.getRawType(), seen) || inAny(of.getActualTypeArguments(), seen);
      case GenericArrayType of -> in(of.getGenericComponentType(), seen);
      case WildcardType of -> inAny(of.getUpperBounds(), seen);
      default -> false;
    };
  }

  private static boolean inAny(Type[] types, Set<Type> seen) {
    for (Type type : types) {
      if (in(type, seen)) {
        return true;
      }
    }
    return false;
  }

  private static boolean inParts(Class<?> type, Set<Type> seen) {
    if (type.isArray()) {
      return in(type.getComponentType(), seen);
    }
    if (type.isSealed() && inAny(type.getPermittedSubclasses(), seen)) {
      return true;
    }
    if (!type.isRecord()) {
      return false;
    }
    for (RecordComponent component : type.getRecordComponents()) {
      if (in(component.getGenericType(), seen)) {
        return true;
      }
    }
    return false;
  }
}
