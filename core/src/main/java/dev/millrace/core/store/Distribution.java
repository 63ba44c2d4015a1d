package dev.millrace.core.store;

import java.util.List;

/**
 * How often values of which size were seen.
 *
 * @param counts at index {@code i} how many values were at most 2<sup>i</sup> and larger than
 *     2<sup>i-1</sup>; at the last index also all that were larger
 * @param sum of all values
 */
public record Distribution(List<Long> counts, long sum) {
  public Distribution {
    counts = List.copyOf(counts);
  }

  /** How many values. */
  public long count() {
    return counts.stream().mapToLong(Long::longValue).sum();
  }
}
