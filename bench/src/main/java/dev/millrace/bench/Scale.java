package dev.millrace.bench;

import dev.millrace.cli.bench.LogBenchmark.Size;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How long things are measured, and how many of them.
 *
 * @param raw each loop on the raw disk
 * @param megabytes of the raw disk's sequential writes
 * @param sustained one caller
 * @param step other closed loops
 * @param open each open loop
 * @param trial of a setting of a peer
 * @param delivery from append to subscriber, each rate
 * @param replayed least events of a replay
 * @param firstStore events of the smallest store of the growth
 * @param lastStore events of the largest, unless told otherwise
 * @param hotEntities how many entities are read again and again
 * @param reads of entities
 * @param coldReads of entities that nobody has read before
 * @param probe each open loop on a store of the growth
 * @param room bytes that all but the growth write at a time, at most
 */
record Scale(
    Duration raw,
    int megabytes,
    Duration sustained,
    Duration step,
    Duration open,
    Duration trial,
    Duration delivery,
    long replayed,
    long firstStore,
    long lastStore,
    int hotEntities,
    int reads,
    int coldReads,
    Duration probe,
    long room) {

  /** Events of each store on which the cost of encryption is measured. */
  int costEvents() {
    return (int) Math.max(2_000, Math.min(replayed / 25, 200_000));
  }

  /** How often that is measured after a warm-up. */
  int costRounds() {
    return replayed > 1_000_000 ? 3 : 1;
  }

  static Scale of(Size size) {
    return switch (size) {
      case FULL ->
          new Scale(
              seconds(5),
              1024,
              seconds(60),
              seconds(10),
              seconds(8),
              seconds(2),
              seconds(10),
              5_000_000,
              1_000_000,
              10_000_000,
              100_000,
              200_000,
              3_000,
              seconds(10),
              16L << 30);
      case QUICK ->
          new Scale(
              millis(800),
              256,
              seconds(3),
              millis(1_200),
              millis(700),
              millis(300),
              millis(1_500),
              500_000,
              100_000,
              1_000_000,
              10_000,
              50_000,
              1_000,
              millis(1_200),
              4L << 30);
      case TINY ->
          new Scale(
              millis(100),
              8,
              millis(300),
              millis(200),
              millis(100),
              millis(50),
              millis(300),
              2_000,
              1_000,
              10_000,
              100,
              500,
              50,
              millis(200),
              1L << 30);
    };
  }

  private static Duration seconds(long count) {
    return Duration.ofSeconds(count);
  }

  private static Duration millis(long count) {
    return Duration.ofMillis(count);
  }

  /** How many events the stores of the growth have, ascending: each ten times the one before. */
  List<Long> stores(OptionalLong largest) {
    long last = largest.orElse(lastStore);
    List<Long> stores = new ArrayList<>();
    for (long events = firstStore; events < last; events *= 10) {
      stores.add(events);
    }
    stores.add(last);
    return stores;
  }
}
