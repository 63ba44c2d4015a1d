package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.exchange.StoreExport;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.core.store.EventStore;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.zip.GZIPOutputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes all events as CloudEvents. */
@Command(
    name = "export",
    description = {
      "Write all events as CloudEvents 1.0, one JSON object a line.",
      "With everything that 'millrace log import' needs to append them again, in the same"
          + " appends with the same ids. With --keys personal values are in clear, for whoever has"
          + " a right to them; such an export is not for an import."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace log export shop.jsonl.gz",
      "  millrace log export --data shop | jq 'select(.type == \"order-placed\") | .data'"
    })
final class LogExportCommand implements Action {
  static final String STANDARD = "-";
  private static final int BUFFER = 1 << 16;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "A new file, compressed when it ends with .gz; default: standard output.")
  String file = STANDARD;

  @Mixin KeysOption keys = new KeysOption();

  @Option(names = "--json", description = "The result as one JSON object; needs a FILE.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    if (json && file.equals(STANDARD)) {
      throw new UsageException("--json: needs a FILE, since standard output has the events");
    }
    return LogWork.run(invocation, json, () -> export(invocation));
  }

  private int export(Invocation invocation) throws IOException {
    long began = System.nanoTime();
    StoreExport.Result result;
    try (PersonalValues personal = keys.open(invocation);
        EventStore store = StoreFolder.open(invocation);
        Progress progress = new Progress(invocation, "events", System::nanoTime)) {
      StoreExport.Watcher watcher = watcher(progress, invocation.stop());
      result =
          file.equals(STANDARD)
              ? export(store, personal, invocation.out()::line, watcher)
              : toFile(store, personal, invocation.path(file), watcher);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    if (!result.whole()) {
      throw new FailureException(
          "stopped after " + Numbers.count(result.events(), "event", "events"));
    }
    if (json) {
      invocation.out().line(Json.line(json(result, seconds)));
    } else {
      String line =
          "exported "
              + Numbers.count(result.events(), "event", "events")
              + " in "
              + Numbers.count(result.appends(), "append", "appends")
              + " in "
              + Numbers.time(Duration.ofNanos((long) (seconds * 1e9)));
      (file.equals(STANDARD) ? invocation.err() : invocation.out()).line(line);
    }
    return ExitCode.OK;
  }

  private StoreExport.Result export(
      EventStore store,
      PersonalValues personal,
      StoreExport.Lines lines,
      StoreExport.Watcher watcher)
      throws IOException {
    StoreExport export =
        keys.given()
            ? StoreExport.inClear(store, personal::shown, lines)
            : new StoreExport(store, lines);
    return export.run(watcher);
  }

  /** Under another name until it is whole, so that half an export is not taken for one. */
  private StoreExport.Result toFile(
      EventStore store, PersonalValues personal, Path path, StoreExport.Watcher watcher)
      throws IOException {
    if (Files.exists(path)) {
      throw new FailureException(
          path + " is there already; name a new file, so that nothing is overwritten");
    }
    Path unfinished = path.resolveSibling(path.getFileName() + ".unfinished");
    StoreExport.Result result;
    try (OutputStream stream =
            Files.newOutputStream(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        BufferedWriter writer =
            new BufferedWriter(
                new OutputStreamWriter(compressed(stream, path), StandardCharsets.UTF_8), BUFFER)) {
      result =
          export(
              store,
              personal,
              line -> {
                writer.write(line);
                writer.write('\n');
              },
              watcher);
    }
    if (result.whole()) {
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.delete(unfinished);
    }
    return result;
  }

  private static OutputStream compressed(OutputStream stream, Path path) throws IOException {
    return isCompressed(path) ? new GZIPOutputStream(stream, BUFFER) : stream;
  }

  static boolean isCompressed(Path path) {
    return path.toString().endsWith(".gz");
  }

  private static StoreExport.Watcher watcher(Progress progress, StopSignal stop) {
    return new StoreExport.Watcher() {
      @Override
      public void at(long events, long position, long head) {
        progress.at("exporting", events, OptionalDouble.of((double) position / head));
      }

      @Override
      public boolean goesOn() {
        return !stop.requested();
      }
    };
  }

  private Map<String, Object> json(StoreExport.Result result, double seconds) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ok", true);
    json.put("file", file);
    json.put("events", result.events());
    json.put("appends", result.appends());
    json.put("seconds", seconds);
    return json;
  }
}
