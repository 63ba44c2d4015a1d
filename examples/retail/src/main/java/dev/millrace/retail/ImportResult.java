package dev.millrace.retail;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an import has done. Every row is accounted for: {@code rows = accepted + rejected}.
 *
 * @param rows read
 * @param accepted in events, of this run or an earlier one
 * @param rejected not in events; each stands with its reason in {@code rejectedRows}
 * @param events newly stored by this run, those of reactions too
 * @param commands sent
 * @param repeated commands that had been accepted before
 * @param seconds from the first row read until all read models were level
 * @param eventsPerSecond new events in that time
 * @param rejectedByReason rows by reason
 * @param rejectedRows the file that they stand in
 */
public record ImportResult(
    long rows,
    long accepted,
    long rejected,
    long events,
    long commands,
    long repeated,
    double seconds,
    double eventsPerSecond,
    Map<String, Long> rejectedByReason,
    Path rejectedRows) {
  public ImportResult {
    rejectedByReason = Collections.unmodifiableMap(new TreeMap<>(rejectedByReason));
    long sum = rejectedByReason.values().stream().mapToLong(Long::longValue).sum();
    if (rows != accepted + rejected || rejected != sum) {
      throw new IllegalStateException(
          "rows are lost: "
              + rows
              + " read, "
              + accepted
              + " in events, "
              + rejected
              + " rejected, "
              + rejectedByReason);
    }
  }
}
