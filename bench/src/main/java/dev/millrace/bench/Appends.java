package dev.millrace.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How fast a subject makes events durable.
 *
 * @param single by the number of callers
 * @param batch100 batches of 100 from 16 callers
 * @param settings that hold for all
 */
record Appends(Map<Integer, Rate> single, Rate batch100, Map<String, Object> settings) {

  /** Measures a subject that is warm and needs no settings. */
  static Appends measure(Loops loops, Subject subject, Map<String, Object> settings)
      throws Exception {
    Map<Integer, Rate> single = new LinkedHashMap<>();
    for (int callers : Loops.CALLERS) {
      single.put(callers, loops.single(subject, callers, Map.of()));
    }
    return new Appends(single, loops.batches(subject, Map.of()), settings);
  }

  /** Callers → figures. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    single.forEach((callers, rate) -> json.put(callers.toString(), rate.json()));
    return json;
  }
}
