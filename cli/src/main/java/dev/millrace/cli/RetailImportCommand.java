package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Ink;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.retail.ImportListener;
import dev.millrace.retail.ImportProgress;
import dev.millrace.retail.ImportResult;
import dev.millrace.retail.RetailApplication;
import dev.millrace.retail.RetailImport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Imports files of invoices. */
@Command(
    name = "import",
    description = {
      "Import files of invoices (.csv, .csv.gz): one command for each invoice.",
      "Run again with the same files, or after it was stopped or killed, it adds only what"
          + " is missing. Every row is accounted for: in events, or rejected with a reason."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace retail import 2010-12.csv.gz 2011-01.csv.gz",
      "  millrace retail import invoices.csv --data shop --rejected rejected.csv",
      "  millrace retail import *.csv.gz --json | jq .rejectedByReason"
    })
final class RetailImportCommand implements Action {
  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files, in any order.")
  List<String> files = new ArrayList<>();

  @Option(
      names = "--rejected",
      paramLabel = "FILE",
      description = "Where rejected rows go; default: rejected-rows.csv in the data folder.")
  String rejected = "";

  @Option(names = "--json", description = "The result as one JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.STORE, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) {
    List<Path> paths = files(invocation, files);
    try (RetailApplication application = ShopFolder.open(invocation);
        Progress progress = new Progress(invocation, "rows", System::nanoTime)) {
      RetailImport importer = application.importer();
      if (!rejected.isEmpty()) {
        importer = importer.rejectingTo(invocation.path(rejected));
      }
      ImportResult result = importer.run(paths, listener(progress, invocation.stop()));
      progress.close();
      if (json) {
        invocation.out().line(Json.line(json(result)));
      } else {
        print(result, invocation);
      }
    }
    return ExitCode.OK;
  }

  /** A file that is not there must not leave an empty store behind. */
  static List<Path> files(Invocation invocation, List<String> names) {
    List<Path> paths = new ArrayList<>();
    for (String name : names) {
      Path path = invocation.path(name);
      if (!Files.isRegularFile(path)) {
        String what = Files.exists(path) ? name + " is not a file" : "there is no file " + name;
        throw new FailureException(what + "; nothing was imported");
      }
      paths.add(path);
    }
    return paths;
  }

  static ImportListener listener(Progress progress, StopSignal stop) {
    return new ImportListener() {
      @Override
      public void progressed(ImportProgress now) {
        OptionalDouble share =
            now.phase() == ImportProgress.Phase.IMPORTING && now.totalRows() > 0
                ? OptionalDouble.of((double) now.rows() / now.totalRows())
                : OptionalDouble.empty();
        String work = now.phase().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        progress.at(work, now.rows(), share);
      }

      @Override
      public boolean goesOn() {
        return !stop.requested();
      }
    };
  }

  private static Map<String, Object> json(ImportResult result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("rows", result.rows());
    json.put("accepted", result.accepted());
    json.put("rejected", result.rejected());
    json.put("events", result.events());
    json.put("commands", result.commands());
    json.put("repeated", result.repeated());
    json.put("seconds", result.seconds());
    json.put("eventsPerSecond", result.eventsPerSecond());
    json.put("rejectedByReason", result.rejectedByReason());
    json.put("rejectedRows", result.rejectedRows().toString());
    return json;
  }

  private static void print(ImportResult result, Invocation invocation) {
    Ink ink = invocation.outInk();
    List<String> lines = new ArrayList<>();
    lines.add(figure(ink, "rows", result.rows(), "read"));
    lines.add(figure(ink, "accepted", result.accepted(), "in events"));
    String where = result.rejected() == 0 ? "" : result.rejectedRows().toString();
    lines.add(figure(ink, "rejected", result.rejected(), where));
    result
        .rejectedByReason()
        .forEach((reason, rows) -> lines.add(ink.dim(figure(Ink.PLAIN, "", rows, reason))));
    lines.add(
        figure(ink, "commands", result.commands(), Numbers.whole(result.repeated()) + " known"));
    String speed =
        String.format(
            Locale.ROOT, "new, in %.1f s: %s", result.seconds(), rate(result.eventsPerSecond()));
    lines.add(figure(ink, "events", result.events(), speed));
    invocation.print(lines);
  }

  private static String rate(double eventsPerSecond) {
    return Numbers.rate(eventsPerSecond);
  }

  private static String figure(Ink ink, String name, long number, String remark) {
    String line =
        Ink.left(name, 10) + ink.bold(Ink.right(Numbers.whole(number), 11)) + "  " + remark;
    return line.stripTrailing();
  }
}
