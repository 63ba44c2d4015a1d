package dev.millrace.core;

import java.util.Map;

/**
 * Turns the fields of an event as one version wrote them into those of the next version. It runs on
 * every read, so it must be a pure function; what is stored stays as it was written.
 */
@FunctionalInterface
public interface Upcaster {
  /**
   * Converts.
   *
   * @param fields a mutable map in the order of the document: values are text, {@link
   *     java.math.BigDecimal}, {@link java.math.BigInteger}, {@link Integer}, {@link Long}, {@link
   *     Boolean}, null, lists and maps of those
   * @return the fields of the next version; may be the same map
   */
  Map<String, Object> upcast(Map<String, Object> fields);
}
