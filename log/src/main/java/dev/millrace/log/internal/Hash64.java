package dev.millrace.log.internal;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

/**
 * The hash of index keys. What it maps to is never trusted: tags, types, tenants and append ids are
 * verified on the real bytes, so that a collision costs a look and never gives a wrong answer.
 */
public interface Hash64 {
  /** 64-bit XXH3, the hash of the file format. */
  Hash64 XXH3 =
      new Hash64() {
        private final Hasher64 hasher = Hashing.xxh3_64();

        @Override
        public long bytes(byte[] bytes, int from, int length) {
          return hasher.hashBytesToLong(bytes, from, length);
        }

        @Override
        public long id(long high, long low) {
          return hasher.hashLongLongToLong(high, low);
        }
      };

  /** Of a range of bytes. */
  long bytes(byte[] bytes, int from, int length);

  /** Of the two halves of an append id. */
  long id(long high, long low);
}
