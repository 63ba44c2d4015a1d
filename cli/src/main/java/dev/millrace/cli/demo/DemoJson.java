package dev.millrace.cli.demo;

import dev.millrace.cli.json.Json;
import dev.millrace.core.ProcessorStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a {@link DemoState} as one line of JSON. */
public final class DemoJson {
  private DemoJson() {}

  /**
   * A line.
   *
   * @param kind what it tells: {@code ready}, {@code progress} or {@code summary}
   */
  public static String line(String kind, DemoState state) {
    return Json.line(object(kind, state));
  }

  private static Map<String, @Nullable Object> object(String kind, DemoState state) {
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("kind", kind);
    line.put("data", state.data());
    line.put("url", state.page().toString());
    line.put("readySeconds", state.ready().toNanos() / 1e9);
    line.put("seconds", state.up().toNanos() / 1e9);
    line.put("events", state.events());
    line.put("newEvents", state.newEvents());
    line.put("eventsPerSecond", state.eventsPerSecond());
    line.put("commands", state.commands());
    line.put("commandsPerSecond", state.commandsPerSecond());
    line.put("done", state.done());
    Map<String, String> net = new LinkedHashMap<>();
    state.countries().forEach(total -> net.put(total.country(), total.net().toPlainString()));
    line.put("netByCountry", net);
    List<Map<String, @Nullable Object>> processors = new ArrayList<>();
    for (ProcessorStatus status : state.processors()) {
      processors.add(processor(status));
    }
    line.put("processors", processors);
    return line;
  }

  private static Map<String, @Nullable Object> processor(ProcessorStatus status) {
    Map<String, @Nullable Object> processor = new LinkedHashMap<>();
    processor.put("name", status.name());
    processor.put("kind", status.kind().name().toLowerCase(Locale.ROOT));
    processor.put("state", status.state().name().toLowerCase(Locale.ROOT));
    processor.put("position", status.position());
    processor.put("lag", status.lag());
    processor.put("handled", status.handled());
    processor.put("problem", status.problem());
    return processor;
  }
}
