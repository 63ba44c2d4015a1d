package dev.millrace.bench;

import dev.millrace.core.json.JsonCodec;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The history of many entities with ten events each, spread evenly: the history has ten rounds, and
 * in each every entity has one event, in an order of the round's own. So it is known where each
 * event of an entity is, and a read can be checked.
 */
final class History {
  /** Events of an entity. */
  static final int ROUNDS = 10;

  private static final int POOL = 1 << 12;
  private static final long SEED = 11;

  private final long entities;
  private final long[] factors = new long[ROUNDS];
  private final long[] inverses = new long[ROUNDS];
  private final long[] offsets = new long[ROUNDS];
  private final List<Bytes> pool = new ArrayList<>(POOL);

  /**
   * A history.
   *
   * @param events how many, rounded down to a multiple of ten, but at least ten
   */
  History(long events) {
    this.entities = Math.max(1, events / ROUNDS);
    SplittableRandom random = new SplittableRandom(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      long factor;
      do {
        factor = 1 + random.nextLong(entities);
      } while (gcd(factor, entities) != 1);
      factors[round] = factor;
      inverses[round] = inverse(factor, entities);
      offsets[round] = random.nextLong(entities);
    }
    JsonCodec codec = new JsonCodec();
    for (int i = 0; i < POOL; i++) {
      pool.add(Measured.random(random, codec));
    }
  }

  /** How many entities there are. */
  long entities() {
    return entities;
  }

  /** How many events there are. */
  long events() {
    return entities * ROUNDS;
  }

  /** The event at a position, from 1. */
  NewEvent event(long position) {
    long index = position - 1;
    int round = (int) (index / entities);
    long entity = (factors[round] * (index % entities) + offsets[round]) % entities;
    return new NewEvent(
        Measured.TYPE, 1, List.of(tag(entity)), pool.get((int) (index & (POOL - 1))));
  }

  /** The position of an entity's last event. */
  long last(long entity) {
    int round = ROUNDS - 1;
    long index = inverses[round] * Math.floorMod(entity - offsets[round], entities) % entities;
    return round * entities + index + 1;
  }

  /** The tag of an entity. */
  static TagValue tag(long entity) {
    return new TagValue("entity", Long.toString(entity));
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** Of a factor, modulo the number of entities, by the extended Euclidean algorithm. */
  private static long inverse(long factor, long modulus) {
    long a = factor;
    long b = modulus;
    long x = 1;
    long y = 0;
    while (b != 0) {
      long quotient = a / b;
      long rest = a % b;
      a = b;
      b = rest;
      long next = x - quotient * y;
      x = y;
      y = next;
    }
    return Math.floorMod(x, modulus);
  }
}
