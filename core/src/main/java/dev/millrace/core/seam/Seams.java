package dev.millrace.core.seam;

import java.time.InstantSource;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Clock, chance and scheduler, passed together.
 *
 * @param clock the time that events and decisions carry
 * @param random the only source of chance; used from any thread
 * @param scheduler drives workers
 */
public record Seams(InstantSource clock, RandomGenerator random, Scheduler scheduler) {

  /** A random (version 4) UUID, drawn from {@link #random()}. */
  public UUID newId() {
    long high = (random.nextLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x4000L;
    long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }
}
