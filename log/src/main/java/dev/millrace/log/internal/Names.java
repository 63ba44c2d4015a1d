package dev.millrace.log.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Short texts that come again and again (types, tags' names, tenants), so that each is decoded
 * once. Safe for use from any thread: entries are immutable, and losing one to a race costs a
 * decoding.
 */
final class Names {
  private static final int SLOTS = 1024;
  private static final int LONGEST = 64;

  private final Entry[] entries = new Entry[SLOTS];

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Entry(byte[] bytes, String text) {}

  String text(ByteBuffer source, int at, int length) {
    if (length > LONGEST) {
      return decode(source, at, length);
    }
    int hash = length;
    for (int i = 0; i < length; i++) {
      hash = hash * 31 + source.get(at + i);
    }
    int slot = (hash ^ hash >>> 10) & SLOTS - 1;
    Entry entry = entries[slot];
    if (entry == null || !same(entry.bytes, source, at, length)) {
      byte[] bytes = new byte[length];
      source.get(at, bytes);
      entry = new Entry(bytes, Utf8.text(bytes, 0, length));
      entries[slot] = entry;
    }
    return entry.text;
  }

  static String decode(ByteBuffer source, int at, int length) {
    byte[] bytes = new byte[length];
    source.get(at, bytes);
    return Utf8.text(bytes, 0, length);
  }

  private static boolean same(byte[] bytes, ByteBuffer source, int at, int length) {
    if (bytes.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (bytes[i] != source.get(at + i)) {
        return false;
      }
    }
    return true;
  }

  void forget() {
    Arrays.fill(entries, null);
  }
}
