package dev.millrace.bench;

import dev.millrace.core.json.JsonCodec;
import dev.millrace.core.store.Bytes;
import java.util.SplittableRandom;

/**
 * The event of the measurements, 256 bytes as JSON.
 *
 * @param sequence a number of a fixed width
 * @param cents another
 * @param note fills it up
 */
record Measured(long sequence, long cents, String note) {
  /** The stable name of its type. */
  static final String TYPE = "measured";

  /** Size of its data. */
  static final int BYTES = 256;

  private static final long TEN_DIGITS = 1_000_000_000L;

  /** One with chosen noise, as the codec of the core writes it. */
  static Bytes random(SplittableRandom random, JsonCodec codec) {
    long sequence = TEN_DIGITS + random.nextLong(8 * TEN_DIGITS);
    long cents = TEN_DIGITS + random.nextLong(8 * TEN_DIGITS);
    int left = BYTES - codec.encode(new Measured(sequence, cents, "")).length();
    StringBuilder note = new StringBuilder(left);
    for (int i = 0; i < left; i++) {
      note.append((char) ('a' + random.nextInt(26)));
    }
    Bytes data = codec.encode(new Measured(sequence, cents, note.toString()));
    if (data.length() != BYTES) {
      throw new IllegalStateException("an event of " + data.length() + " bytes");
    }
    return data;
  }
}
