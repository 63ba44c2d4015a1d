package dev.millrace.cli.json;

import dev.millrace.core.rehearsal.Answer;
import dev.millrace.core.rehearsal.Difference;
import dev.millrace.core.rehearsal.RehearsalReport;
import dev.millrace.core.rehearsal.RehearsalReport.Decisions;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What a rehearsal found, as JSON. */
public final class DifferenceJson {
  private DifferenceJson() {}

  /** One difference. */
  public static Json.Content of(Difference difference) {
    return generator -> {
      generator.writeStartObject();
      switch (difference) {
        case Difference.Decided decided -> decided(generator, decided);
        case Difference.Row row -> row(generator, row);
        case Difference.Sent sent -> sent(generator, sent);
      }
      generator.writeEndObject();
    };
  }

  private static void decided(JsonGenerator generator, Difference.Decided decided) {
    generator.writeStringProperty("kind", "decision");
    generator.writeStringProperty("command", decided.command());
    generator.writeStringProperty("id", decided.id());
    generator.writeStringProperty("tenant", decided.tenant().name());
    generator.writeNumberProperty("position", decided.position());
    if (decided.about() != null) {
      generator.writeStringProperty("about", decided.about().toString());
    }
    answer(generator, "before", decided.before());
    answer(generator, "now", decided.now());
  }

  private static void answer(JsonGenerator generator, String name, Answer answer) {
    generator.writeName(name);
    generator.writeStartObject();
    generator.writeStringProperty("answer", answer.kind().label());
    if (!answer.reason().isEmpty()) {
      generator.writeStringProperty("reason", answer.reason());
    }
    if (answer.kind() == Answer.Kind.ACCEPTED) {
      generator.writeName("events");
      generator.writeStartArray();
      for (NewEvent event : answer.events()) {
        event(generator, event);
      }
      generator.writeEndArray();
    }
    generator.writeEndObject();
  }

  private static void event(JsonGenerator generator, NewEvent event) {
    generator.writeStartObject();
    generator.writeStringProperty("type", event.type());
    generator.writeNumberProperty("schemaVersion", event.schemaVersion());
    generator.writeName("tags");
    Json.write(generator, event.tags());
    String exact = EventJson.exact(event.data());
    if (exact == null) {
      generator.writeStringProperty("dataText", text(event.data()));
    } else {
      generator.writeName("data");
      generator.writeRawValue(exact);
    }
    generator.writeEndObject();
  }

  private static void row(JsonGenerator generator, Difference.Row row) {
    generator.writeStringProperty("kind", "row");
    generator.writeStringProperty("readModel", row.readModel());
    generator.writeStringProperty("table", row.table());
    generator.writeName("key");
    Json.write(generator, row.key());
    generator.writeStringProperty("difference", row.kind().label());
    Map<String, Object> cells = new LinkedHashMap<>();
    row.cells()
        .forEach((column, cell) -> {
          Map<String, @Nullable Object> both = new LinkedHashMap<>();
          both.put("before", cell.before());
          both.put("now", cell.now());
          cells.put(column, both);
        });
    generator.writeName("cells");
    Json.write(generator, cells);
  }

  private static void sent(JsonGenerator generator, Difference.Sent sent) {
    generator.writeStringProperty("kind", "reaction");
    generator.writeStringProperty("reaction", sent.reaction());
    generator.writeStringProperty("event", sent.event().toString());
    generator.writeNumberProperty("position", sent.position());
    generator.writeName("before");
    Json.write(generator, sent.before().stream().map(DifferenceJson::outgoing).toList());
    generator.writeName("now");
    Json.write(generator, sent.now().stream().map(DifferenceJson::outgoing).toList());
  }

  private static Map<String, Object> outgoing(Difference.Outgoing outgoing) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", outgoing.id());
    json.put("command", outgoing.command());
    json.put("payload", outgoing.payload());
    return json;
  }

  /** Data on one line. */
  public static String text(Bytes data) {
    return EventJson.oneLine(data);
  }

  /**
   * The sums of a report.
   *
   * @param file where all differences are, if anywhere
   */
  public static Map<String, Object> of(
      RehearsalReport report, String change, @Nullable String file) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ok", true);
    json.put("same", report.isSame());
    json.put("change", change);
    json.put("head", report.head());
    json.put("events", report.events());
    json.put("seconds", report.seconds());
    json.put("eventsPerSecond", report.events() / report.seconds());
    json.put("decisions", decisions(report.decisions()));
    List<Map<String, Object>> readModels = new ArrayList<>();
    for (RehearsalReport.ReadModelResult result : report.readModels()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", result.name());
      one.put("rows", result.rows());
      one.put("missing", result.missing());
      one.put("extra", result.extra());
      one.put("other", result.other());
      if (!result.problem().isEmpty()) {
        one.put("notCompared", result.problem());
      }
      readModels.add(one);
    }
    json.put("readModels", readModels);
    List<Map<String, Object>> reactions = new ArrayList<>();
    for (RehearsalReport.ReactionResult result : report.reactions()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", result.name());
      one.put("events", result.events());
      one.put("differences", result.differences());
      reactions.add(one);
    }
    json.put("reactions", reactions);
    json.put("onlyBefore", report.onlyBefore());
    json.put("onlyNow", report.onlyNow());
    json.put("unreadable", report.unreadable());
    if (file != null) {
      json.put("report", file);
    }
    return json;
  }

  private static Map<String, Object> decisions(Decisions decisions) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rehearsed", decisions.rehearsed());
    json.put("changed", decisions.changed());
    Map<String, Object> changedBy = new LinkedHashMap<>();
    decisions
        .changedBy()
        .forEach((command, kinds) -> {
          Map<String, Object> counts = new LinkedHashMap<>();
          kinds.forEach((kind, count) -> counts.put(kind.label(), count));
          changedBy.put(command, counts);
        });
    json.put("changedBy", changedBy);
    json.put("remade", decisions.remade());
    json.put("recordedOtherwise", decisions.recordedOtherwise());
    json.put("withoutCommand", decisions.withoutCommand());
    Map<String, Object> notRehearsed = new LinkedHashMap<>();
    decisions
        .notRehearsed()
        .forEach((command, reasons) -> {
          Map<String, Object> counts = new LinkedHashMap<>();
          reasons.forEach((reason, count) -> counts.put(reason.label(), count));
          notRehearsed.put(command, counts);
        });
    json.put("notRehearsed", notRehearsed);
    return json;
  }
}
