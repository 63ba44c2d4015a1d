package dev.millrace.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One caller for some time, between two runs of the raw loop.
 *
 * @param seconds how long
 * @param eventsPerSecond ours, with whatever the store does beside it
 * @param rawBefore blocks written and synced into a zero-written file, before
 * @param rawAfter and after
 */
record Sustained(double seconds, double eventsPerSecond, double rawBefore, double rawAfter) {

  /** The raw loop's rate in this run. */
  double raw() {
    return (rawBefore + rawAfter) / 2;
  }

  /** Ours, as a share of the raw loop's. */
  double ratio() {
    return eventsPerSecond / raw();
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seconds", seconds);
    json.put("eventsPerSecond", eventsPerSecond);
    json.put("rawBeforePerSecond", rawBefore);
    json.put("rawAfterPerSecond", rawAfter);
    json.put("ratioToRaw", ratio());
    return json;
  }
}
