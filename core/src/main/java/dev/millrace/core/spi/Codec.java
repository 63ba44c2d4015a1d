package dev.millrace.core.spi;

import dev.millrace.core.store.Bytes;
import java.util.Map;

/**
 * Writes and reads the data of events, commands and states. Bounded: documents, texts and depth
 * beyond its limits are refused. Nothing in the data names a class. Safe for use from many threads.
 *
 * <p>What goes into a store is written and read by the methods with {@link PersonalFields}. The
 * others are for what is shown and received: they write {@link dev.millrace.core.personal.Personal}
 * values in clear, or that they were forgotten.
 */
public interface Codec {

  /** The media type of what it writes, as in {@code application/json}. */
  String contentType();

  /**
   * Writes a value; equal values give equal bytes.
   *
   * @throws CodecException when it cannot be written, or is beyond a limit
   */
  Bytes encode(Object value);

  /**
   * Reads a value. Fields that the type does not have are passed over; fields of a record that are
   * missing and not declared nullable are refused.
   *
   * @throws CodecException when the bytes do not fit the type, naming the field
   */
  <T> T decode(Bytes data, Class<T> type);

  /**
   * Reads the fields of a document, for upcasters.
   *
   * @throws CodecException when the bytes are not a document
   */
  Map<String, Object> decodeFields(Bytes data);

  /**
   * Makes a value of fields; see {@link #decode}.
   *
   * @throws CodecException when the fields do not fit the type
   */
  <T> T fromFields(Map<String, Object> fields, Class<T> type);

  /**
   * Writes a value for a store.
   *
   * @param personal what is done with personal values
   */
  default Bytes encode(Object value, PersonalFields personal) {
    throw noPersonalFields();
  }

  /**
   * Reads a value from a store; see {@link #decode(Bytes, Class)}.
   *
   * @param personal what is done with personal values
   */
  default <T> T decode(Bytes data, Class<T> type, PersonalFields personal) {
    throw noPersonalFields();
  }

  /**
   * Makes a value of fields from a store; see {@link #fromFields(Map, Class)}.
   *
   * @param personal what is done with personal values
   */
  default <T> T fromFields(Map<String, Object> fields, Class<T> type, PersonalFields personal) {
    throw noPersonalFields();
  }

  private CodecException noPersonalFields() {
    return new CodecException(getClass().getName() + " does not write personal values", null);
  }
}
