package dev.millrace.cli;

import dev.millrace.cli.json.EventJson;
import dev.millrace.cli.terminal.Ink;
import dev.millrace.cli.terminal.Output;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/** Prints events, one after the other. */
final class EventPrinter {
  private static final String INDENT = "    ";

  private final Output out;
  private final Ink ink;
  private final Form form;
  private final PersonalValues personal;

  /** How an event looks. */
  enum Form {
    /** One line of JSON. */
    JSON,
    /** A line, and its data indented below. */
    PRETTY,
    /** One line. */
    SHORT
  }

  EventPrinter(Invocation invocation, Form form, PersonalValues personal) {
    this.out = invocation.out();
    this.ink = invocation.outInk();
    this.form = form;
    this.personal = personal;
  }

  void print(List<RecordedEvent> events) {
    for (RecordedEvent stored : events) {
      RecordedEvent event = personal.shown(stored);
      switch (form) {
        case JSON -> out.line(EventJson.line(event));
        case PRETTY -> out.line(head(event) + "\n" + indented(EventJson.pretty(event.data())));
        case SHORT -> out.line(head(event) + "  " + ink.dim(EventJson.oneLine(event.data())));
      }
    }
  }

  private String head(RecordedEvent event) {
    String tags = event.tags().stream().map(TagValue::toString).collect(Collectors.joining(" "));
    String tenant =
        event.tenant().equals(Tenant.DEFAULT) ? "" : "  " + ink.warning("@" + event.tenant());
    return ink.dim("#" + event.position())
        + "  "
        + event.time().truncatedTo(ChronoUnit.MILLIS)
        + "  "
        + ink.bold(event.type())
        + (tags.isEmpty() ? "" : "  " + ink.accent(tags))
        + tenant;
  }

  private static String indented(String text) {
    return INDENT + text.replace("\n", "\n" + INDENT);
  }
}
