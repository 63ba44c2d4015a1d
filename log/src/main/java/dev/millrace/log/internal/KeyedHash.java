package dev.millrace.log.internal;

/**
 * The hash of index keys in an encrypted store: SipHash-2-4 (Aumasson, Bernstein 2012), which
 * nobody can compute for a guessed tag without the store's secret. Ids of appends stand in clear in
 * their frames, and are hashed as in a plain store.
 */
final class KeyedHash implements Hash64 {
  static final int KEY_BYTES = 16;

  private final long key0;
  private final long key1;

  KeyedHash(byte[] key) {
    key0 = LittleEndian.getLong(key, 0);
    key1 = LittleEndian.getLong(key, 8);
  }

  @Override
  public long id(long high, long low) {
    return XXH3.id(high, low);
  }

  @Override
  public long bytes(byte[] bytes, int from, int length) {
    long v0 = key0 ^ 0x736F_6D65_7073_6575L;
    long v1 = key1 ^ 0x646F_7261_6E64_6F6DL;
    long v2 = key0 ^ 0x6C79_6765_6E65_7261L;
    long v3 = key1 ^ 0x7465_6462_7974_6573L;
    int words = length >>> 3;
    for (int i = 0; i <= words + 2; i++) {
      boolean finishing = i > words;
      long word = i < words ? LittleEndian.getLong(bytes, from + 8 * i) : 0;
      if (i == words) {
        word = last(bytes, from, length);
      }
      v2 ^= i == words + 1 ? 0xFF : 0;
      v3 ^= word;
      for (int round = 0; round < 2; round++) {
        v0 += v1;
        v2 += v3;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 = Long.rotateLeft(v2, 32);
      }
      v0 ^= finishing ? 0 : word;
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }

  /** The bytes after the last whole word, with the length above them. */
  private static long last(byte[] bytes, int from, int length) {
    long word = (long) length << 56;
    int start = length & ~7;
    for (int i = start; i < length; i++) {
      word |= (bytes[from + i] & 0xFFL) << (8 * (i - start));
    }
    return word;
  }
}
