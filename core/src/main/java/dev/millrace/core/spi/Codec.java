package dev.millrace.core.spi;

import dev.millrace.core.store.Bytes;
import java.util.Map;

/**
 * Writes and reads the data of events, commands and states. Bounded: documents, texts and depth
 * beyond its limits are refused. Nothing in the data names a class. Safe for use from many threads.
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
}
