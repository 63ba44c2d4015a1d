package dev.millrace.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How fast something appends.
 *
 * @param closed with callers that each wait for their answers
 * @param open latencies at given rates, the one to look at first
 * @param settings what was found best for it, by name
 */
record Rate(Closed closed, List<Open> open, Map<String, Object> settings) {

  /**
   * A closed loop.
   *
   * @param eventsPerSecond durable events
   * @param p50Micros from the call; does not see how long a caller would have waited for its turn
   * @param p99Micros from the call
   */
  record Closed(double eventsPerSecond, double p50Micros, double p99Micros) {}

  /**
   * An open loop: appends are due at fixed times.
   *
   * @param share of the closed loop's rate
   * @param offered events per second that were due
   * @param achieved events per second that were durable
   * @param p50Micros from the time at which an append was due
   * @param p99Micros from the time at which an append was due
   */
  record Open(double share, double offered, double achieved, double p50Micros, double p99Micros) {}

  /** Its figures by name. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("eventsPerSecond", closed.eventsPerSecond());
    json.put("p50Micros", open.getFirst().p50Micros());
    json.put("p99Micros", open.getFirst().p99Micros());
    json.put("latencyAtEventsPerSecond", open.getFirst().offered());
    List<Map<String, Object>> latencies = new ArrayList<>();
    for (Open each : open) {
      Map<String, Object> latency = new LinkedHashMap<>();
      latency.put("shareOfClosedLoop", each.share());
      latency.put("offeredPerSecond", each.offered());
      latency.put("achievedPerSecond", each.achieved());
      latency.put("p50Micros", each.p50Micros());
      latency.put("p99Micros", each.p99Micros());
      latencies.add(latency);
    }
    json.put("openLoop", latencies);
    json.put(
        "closedLoop", Map.of("p50Micros", closed.p50Micros(), "p99Micros", closed.p99Micros()));
    if (!settings.isEmpty()) {
      json.put("settings", settings);
    }
    return json;
  }
}
