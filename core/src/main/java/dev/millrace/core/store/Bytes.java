package dev.millrace.core.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An immutable sequence of bytes with value equality. */
public final class Bytes {
  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] array;

  private Bytes(byte[] array) {
    this.array = array;
  }

  /** Wraps an array without copying: the caller gives it away and never changes it again. */
  public static Bytes wrap(byte[] array) {
    return new Bytes(array);
  }

  /** The UTF-8 bytes of a text. */
  public static Bytes utf8(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** How many bytes. */
  public int length() {
    return array.length;
  }

  /** A read-only view from 0 to {@link #length()}. */
  public ByteBuffer buffer() {
    return ByteBuffer.wrap(array).asReadOnlyBuffer();
  }

  /** Copies all bytes into a buffer at its position. */
  public void copyTo(ByteBuffer target) {
    target.put(array);
  }

  /** A copy as an array. */
  public byte[] toArray() {
    return array.clone();
  }

  /** The bytes as UTF-8 text. */
  public String utf8() {
    return new String(array, StandardCharsets.UTF_8);
  }

  /** An input stream over the bytes. */
  public java.io.InputStream stream() {
    return new java.io.ByteArrayInputStream(array);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(array, that.array);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(array);
  }

  @Override
  public String toString() {
    return "Bytes[" + array.length + "]";
  }
}
