package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Ink;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.log.Damage;
import dev.millrace.log.LogFolder;
import dev.millrace.log.LogVerification;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Checks the files of a store. */
@Command(
    name = "verify",
    description = {
      "Read every file of the store and check that all is as it was written.",
      "Changes nothing. Ends with 0 when nothing is damaged, else with 1. What was cut short"
          + " by a crash and never acknowledged is not damage. Of an encrypted store, what can be"
          + " checked without its key is, when no key is given."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  millrace log verify", "  millrace log verify --data shop --json | jq .damage"})
final class LogVerifyCommand implements Action {
  @Option(names = "--json", description = "The result as one JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    return LogWork.run(invocation, json, () -> verify(invocation));
  }

  private int verify(Invocation invocation) throws IOException {
    Path folder = StoreFolder.require(invocation);
    LogVerification verification =
        LogFolder.verify(RealDisk.at(folder), StoreKey.encryption(invocation));
    if (json) {
      invocation.out().line(Json.line(json(verification)));
    } else {
      print(verification, folder, invocation);
    }
    return verification.ok() ? ExitCode.OK : ExitCode.FAILURE;
  }

  private static Map<String, Object> json(LogVerification verification) {
    List<Map<String, Object>> damage = new ArrayList<>();
    for (Damage one : verification.damage()) {
      Map<String, Object> place = new LinkedHashMap<>();
      place.put("file", one.file());
      place.put("offset", one.offset());
      place.put("what", one.what());
      damage.add(place);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ok", verification.ok());
    json.put("events", verification.events());
    json.put("appends", verification.appends());
    json.put("segments", verification.segments());
    json.put("bytes", verification.bytes());
    json.put("tornBytes", verification.tornBytes());
    json.put("damage", damage);
    return json;
  }

  private static void print(LogVerification verification, Path folder, Invocation invocation) {
    Ink ink = invocation.outInk();
    String count =
        Numbers.count(verification.events(), "event", "events")
            + " in "
            + Numbers.count(verification.appends(), "append", "appends")
            + ", "
            + Numbers.count(verification.segments(), "segment", "segments")
            + ", "
            + Numbers.bytes(verification.bytes());
    if (verification.tornBytes() > 0) {
      count +=
          "; "
              + Numbers.bytes(verification.tornBytes())
              + " at the end were never acknowledged, and are cut off at the next start";
    }
    if (verification.ok()) {
      invocation.out().line(ink.good("ok") + "  " + count);
      return;
    }
    invocation.out().line(ink.bad("damaged") + "  whole are " + count);
    for (Damage damage : verification.damage()) {
      invocation
          .out()
          .line("  " + ink.bold(damage.file() + " at " + damage.offset()) + ": " + damage.what());
    }
    invocation
        .err()
        .line(
            "millrace: the store in "
                + folder
                + " is damaged; keep a copy of it, and restore it from a backup, or write what is"
                + " whole to a new folder with 'millrace log salvage'");
  }
}
