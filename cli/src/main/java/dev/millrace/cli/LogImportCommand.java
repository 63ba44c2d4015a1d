package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.exchange.BadLineException;
import dev.millrace.cli.exchange.StoreImport;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.core.store.EventStore;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Appends what an export wrote. */
@Command(
    name = "import",
    description = {
      "Append the events that 'millrace log export' wrote, into a store that is new or has"
          + " events.",
      "All events of an append or none, with its id: what is there already is passed over, so"
          + " that an import can be repeated. Positions and times are those of this store."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace log import shop.jsonl.gz --data copy",
      "  millrace log export --data a | millrace log import - --data b"
    })
final class LogImportCommand implements Action {
  private static final int BUFFER = 1 << 16;

  @Parameters(
      paramLabel = "FILE",
      description = "An export, compressed when it ends with .gz; -: standard input.")
  String file = LogExportCommand.STANDARD;

  @Option(names = "--json", description = "The result as one JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    return LogWork.run(invocation, json, () -> load(invocation));
  }

  private int load(Invocation invocation) throws IOException {
    long began = System.nanoTime();
    StoreImport.Result result;
    Path path = invocation.path(file);
    boolean standard = file.equals(LogExportCommand.STANDARD);
    long size = standard ? 0 : size(path);
    try (CountedInput counted =
            new CountedInput(standard ? System.in : Files.newInputStream(path));
        BufferedReader lines = reader(counted, !standard && LogExportCommand.isCompressed(path));
        EventStore store = StoreFolder.openOrMake(invocation);
        Progress progress = new Progress(invocation, "events", System::nanoTime)) {
      result = new StoreImport(store, lines).run(watcher(progress, counted, size, invocation));
    } catch (ZipException | EOFException e) {
      throw new FailureException(
          file + " is not a whole gzip file: " + e.getMessage() + "; export it again", e);
    } catch (BadLineException e) {
      throw new FailureException(
          (standard ? "standard input" : file)
              + ", "
              + e.getMessage()
              + "; what stands before it is in the store: correct it, and import the file again",
          e);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    if (!result.whole()) {
      throw new FailureException(
          "stopped after line "
              + result.lines()
              + "; import the file again, what is there is passed over");
    }
    if (json) {
      invocation.out().line(Json.line(json(result, seconds)));
    } else {
      invocation.out().line(text(result, seconds));
    }
    return ExitCode.OK;
  }

  private static long size(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      String what = Files.exists(path) ? path + " is not a file" : "there is no file " + path;
      throw new FailureException(what + "; nothing was imported");
    }
    return Files.size(path);
  }

  /**
   * Bytes that are not UTF-8 are refused: a question mark in their place would be another event.
   */
  private static BufferedReader reader(InputStream stream, boolean compressed) throws IOException {
    InputStream plain = compressed ? new GZIPInputStream(stream, BUFFER) : stream;
    return new BufferedReader(
        new InputStreamReader(
            plain,
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)),
        BUFFER);
  }

  private static StoreImport.Watcher watcher(
      Progress progress, CountedInput counted, long size, Invocation invocation) {
    return new StoreImport.Watcher() {
      @Override
      public void at(long events) {
        OptionalDouble share =
            size > 0
                ? OptionalDouble.of(Math.min(1, (double) counted.count() / size))
                : OptionalDouble.empty();
        progress.at("importing", events, share);
      }

      @Override
      public boolean goesOn() {
        return !invocation.stop().requested();
      }
    };
  }

  private static String text(StoreImport.Result result, double seconds) {
    return "imported "
        + Numbers.count(result.events(), "event", "events")
        + " in "
        + Numbers.count(result.appends(), "append", "appends")
        + " in "
        + Numbers.time(Duration.ofNanos((long) (seconds * 1e9)))
        + "; "
        + Numbers.count(result.repeated(), "append was", "appends were")
        + " there already";
  }

  private Map<String, Object> json(StoreImport.Result result, double seconds) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ok", true);
    json.put("file", file);
    json.put("lines", result.lines());
    json.put("events", result.events());
    json.put("appends", result.appends());
    json.put("repeated", result.repeated());
    json.put("seconds", seconds);
    return json;
  }
}
