package dev.millrace.log;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * Short lists of appends of all sizes that matter: small, of several pages, larger than a segment.
 */
final class Workloads {
  /** So small that three appends cross several borders. */
  static final LogOptions TINY =
      LogOptions.DEFAULT
          .withFlushBesideFrom(2)
          .withSegmentBytes(8192)
          .withPrepareBytes(4096)
          .withReserveBytes(0);

  private static final int[][] SIZES = {{20}, {300, 700, 0}, {6_000}};

  private Workloads() {}

  /** All lists of one to a number of appends, of each size in each place. */
  static List<List<Append>> all(int most) {
    List<List<Append>> all = new ArrayList<>();
    for (int length = 1; length <= most; length++) {
      int count = (int) Math.pow(SIZES.length, length);
      for (int number = 0; number < count; number++) {
        List<Append> appends = new ArrayList<>();
        for (int i = 0, rest = number; i < length; i++, rest /= SIZES.length) {
          appends.add(append(i, SIZES[rest % SIZES.length]));
        }
        all.add(appends);
      }
    }
    return all;
  }

  static Append append(int number, int... sizes) {
    List<NewEvent> events = new ArrayList<>();
    for (int i = 0; i < sizes.length; i++) {
      byte[] data = new byte[sizes[i]];
      Arrays.fill(data, (byte) (17 * number + i + 1));
      events.add(
          new NewEvent("type-" + i, 1, List.of(new TagValue("n", "" + number)), Bytes.wrap(data)));
    }
    return Append.of(new UUID(7, number + 1), events);
  }
}
