package dev.millrace.cli;

import dev.millrace.cli.json.DifferenceJson;
import dev.millrace.cli.terminal.Ink;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.core.rehearsal.Answer;
import dev.millrace.core.rehearsal.Difference;
import dev.millrace.core.rehearsal.RehearsalReport;
import dev.millrace.core.rehearsal.RehearsalReport.Decisions;
import dev.millrace.core.rehearsal.RehearsalReport.ReactionResult;
import dev.millrace.core.rehearsal.RehearsalReport.ReadModelResult;
import dev.millrace.core.store.NewEvent;
import dev.millrace.retail.RuleChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A rehearsal's report for people: sums first, then the first differences of each kind. */
final class RehearsalPrinter {
  private static final int WIDEST = 160;

  private final Invocation invocation;
  private final RehearsalReport report;
  private final RuleChange change;
  private final Ink ink;

  RehearsalPrinter(Invocation invocation, RehearsalReport report, RuleChange change) {
    this.invocation = invocation;
    this.report = report;
    this.change = change;
    this.ink = invocation.outInk();
  }

  void print() {
    heading();
    decisions();
    report.readModels().forEach(this::readModel);
    report.reactions().forEach(this::reaction);
    report
        .unreadable()
        .forEach((type, problem) -> line(ink.bad("cannot read " + type) + ": " + problem));
    notRehearsed();
  }

  private void heading() {
    Decisions decisions = report.decisions();
    String verdict = report.isSame() ? ink.good("the same") : ink.bad("differs");
    line(
        verdict
            + "  change "
            + change.label()
            + " over "
            + Numbers.count(report.events(), "event", "events")
            + ", "
            + Numbers.count(decisions.rehearsed(), "command", "commands")
            + ", "
            + Numbers.count(report.readModels().size(), "read model", "read models")
            + ", "
            + Numbers.count(report.reactions().size(), "reaction", "reactions")
            + " in "
            + Numbers.time(Duration.ofNanos((long) (report.seconds() * 1e9)))
            + ": "
            + Numbers.rate(report.events() / report.seconds()));
  }

  private void decisions() {
    Decisions decisions = report.decisions();
    line("");
    line(ink.bold(Numbers.count(decisions.changed(), "decision differs", "decisions differ")));
    decisions
        .changedBy()
        .forEach((command, kinds) ->
            kinds.forEach((kind, count) ->
                line("  " + command + ": " + Numbers.whole(count) + " now " + words(kind))));
    long listed = 0;
    for (Difference difference : report.differences()) {
      if (difference instanceof Difference.Decided decided) {
        decided(decided);
        listed++;
      }
    }
    more(decisions.changed() - listed);
  }

  private static String words(Answer.Kind kind) {
    return switch (kind) {
      case ACCEPTED -> "accepted with other events";
      case NOTHING -> "accepted without events";
      case REJECTED -> "rejected";
      case FAILED -> "failed";
      case UNREADABLE -> "unreadable";
      case UNKNOWN -> "unknown";
    };
  }

  private void decided(Difference.Decided decided) {
    line(
        "  "
            + ink.bold(decided.about() == null ? decided.id() : decided.about().toString())
            + "  "
            + decided.command()
            + " at "
            + Numbers.whole(decided.position()));
    line("    before  " + answer(decided.before()));
    line("    now     " + answer(decided.now()));
  }

  private static String answer(Answer answer) {
    if (answer.kind() != Answer.Kind.ACCEPTED) {
      return cut(answer.kind().label() + (answer.reason().isEmpty() ? "" : ": " + answer.reason()));
    }
    List<String> events = new ArrayList<>();
    for (NewEvent event : answer.events()) {
      events.add(event.type() + " " + DifferenceJson.text(event.data()));
    }
    return events.isEmpty() ? "fewer events" : cut(String.join(", ", events));
  }

  private static String cut(String text) {
    return text.length() <= WIDEST ? text : text.substring(0, WIDEST) + " …";
  }

  private void readModel(ReadModelResult result) {
    if (!result.problem().isEmpty()) {
      line(ink.bad(result.name() + " was not compared") + ": " + result.problem());
    }
    if (result.differences() == 0) {
      return;
    }
    line("");
    line(
        ink.bold(
                Numbers.count(result.differences(), "row differs", "rows differ")
                    + " in "
                    + result.name())
            + "  "
            + result.missing()
            + " missing, "
            + result.extra()
            + " extra, "
            + result.other()
            + " with other values");
    long listed = 0;
    for (Difference difference : report.differences()) {
      if (difference instanceof Difference.Row row && row.readModel().equals(result.name())) {
        row(row);
        listed++;
      }
    }
    more(result.differences() - listed);
  }

  private void row(Difference.Row row) {
    List<String> cells = new ArrayList<>();
    row.cells()
        .forEach((column, cell) -> cells.add(column + " " + cell.before() + " → " + cell.now()));
    String kind = row.kind() == Difference.Row.Kind.OTHER ? "" : row.kind().label() + " ";
    line(
        "  "
            + kind
            + ink.bold(row.table() + " " + String.join(", ", row.key()))
            + "  "
            + cut(String.join(", ", cells)));
  }

  private void reaction(ReactionResult result) {
    if (result.differences() == 0) {
      return;
    }
    line("");
    line(
        ink.bold(
            Numbers.count(result.differences(), "event", "events")
                + " answered with other commands by reaction "
                + result.name()));
    long listed = 0;
    for (Difference difference : report.differences()) {
      if (difference instanceof Difference.Sent sent && sent.reaction().equals(result.name())) {
        line("  event at " + Numbers.whole(sent.position()));
        line("    before  " + cut(sent.before().toString()));
        line("    now     " + cut(sent.now().toString()));
        listed++;
      }
    }
    more(result.differences() - listed);
  }

  private void notRehearsed() {
    line("");
    report
        .decisions()
        .notRehearsed()
        .forEach((command, reasons) ->
            reasons.forEach((reason, count) ->
                line(
                    "not rehearsed: "
                        + Numbers.whole(count)
                        + " "
                        + command
                        + ", "
                        + words(reason))));
    if (report.decisions().withoutCommand() > 0) {
      line(
          "not rehearsed: "
              + Numbers.count(report.decisions().withoutCommand(), "append", "appends")
              + " that no command has caused");
    }
    if (report.decisions().recordedOtherwise() > 0) {
      line(
          Numbers.count(report.decisions().recordedOtherwise(), "decision", "decisions")
              + " would not be recorded so again by the version as it is either");
    }
    for (Map.Entry<String, List<String>> only :
        Map.of("before", report.onlyBefore(), "now", report.onlyNow()).entrySet()) {
      if (!only.getValue().isEmpty()) {
        line("only " + only.getKey() + ": " + String.join(", ", only.getValue()));
      }
    }
    line("Commands that were rejected, or accepted without events, stand nowhere and were not");
    line("rehearsed. Nothing was sent, and nothing was written to the store or its read models.");
  }

  private static String words(RehearsalReport.Unknown reason) {
    return switch (reason) {
      case NOT_KEPT -> "whose payload is not kept";
      case NOT_PROVEN -> "which could not be made again from its events so that its digest fits";
    };
  }

  private void more(long count) {
    if (count > 0) {
      line("  and " + Numbers.whole(count) + " more; --report FILE writes all");
    }
  }

  private void line(String text) {
    invocation.out().line(text);
  }
}
