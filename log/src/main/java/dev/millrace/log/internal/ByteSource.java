package dev.millrace.log.internal;

import java.nio.ByteBuffer;

/** Readable bytes of one segment. */
@FunctionalInterface
interface ByteSource {
  /**
   * Bytes from an offset on, little-endian, the first at index 0.
   *
   * @param offset first byte
   * @param least how many at least
   * @param wanted how many would be useful
   */
  ByteBuffer read(int offset, int least, int wanted);
}
