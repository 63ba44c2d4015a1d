package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Import, report and replay, as a script sees them. */
final class RetailTest {
  private static final String HEADER =
      "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

  @TempDir Path folder;

  private CliRun millrace(String... arguments) {
    CliRun run = CliRun.in(folder).with("MILLRACE_DATA", folder.resolve("data").toString());
    return run.run(arguments);
  }

  private Path threeInvoices() throws IOException {
    Path file = folder.resolve("three.csv");
    Files.writeString(
        file,
        HEADER
            + "536365,85123A,LANTERN,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
            + "536365,71053,\"LANTERN, WHITE\",2,2010-12-01 08:26:00,3.39,17850.0,United Kingdom\n"
            + "536370,22728,CLOCK,10,2010-12-01 08:45:00,3.75,12583.0,France\n"
            + "C536379,85123A,LANTERN,-1,2010-12-01 09:41:00,2.55,17850.0,United Kingdom\n"
            + "536380,22961,JAM,many,2010-12-01 09:41:00,1.45,17809.0,United Kingdom\n");
    return file;
  }

  @Test
  void importAnswersWithOneObjectThatAccountsForEveryRow() throws IOException {
    CliRun run = millrace("retail", "import", threeInvoices().toString(), "--json");

    assertThat(run.code).as(run.err()).isZero();
    Map<String, Object> result = JsonText.lastLine(run);
    assertThat(run.outLines()).hasSize(1);
    assertThat(result)
        .containsEntry("rows", 5)
        .containsEntry("accepted", 4)
        .containsEntry("rejected", 1)
        .containsKeys("events", "seconds", "eventsPerSecond", "rejectedRows");
    assertThat((Integer) result.get("events")).isPositive();
    assertThat((Map<?, ?>) result.get("rejectedByReason"))
        .hasSize(1)
        .allSatisfy((reason, rows) -> assertThat(rows).isEqualTo(1));
  }

  @Test
  void importingTwiceAddsNothing() throws IOException {
    String file = threeInvoices().toString();
    millrace("retail", "import", file);
    CliRun again = millrace("retail", "import", file, "--json");

    assertThat(JsonText.lastLine(again))
        .containsEntry("rows", 5)
        .containsEntry("accepted", 4)
        .containsEntry("events", 0);
  }

  @Test
  void theRejectedRowsGoToTheFileThatIsNamed() throws IOException {
    CliRun run =
        millrace("retail", "import", threeInvoices().toString(), "--rejected", "bad-rows.csv");

    assertThat(Files.readAllLines(folder.resolve("bad-rows.csv")))
        .hasSize(2)
        .last()
        .asString()
        .contains("three.csv,6,", "many");
    assertThat(run.out()).contains("rejected            1  ", "bad-rows.csv");
  }

  @Test
  void reportAnswersWithOneObject() throws IOException {
    millrace("retail", "import", threeInvoices().toString());
    CliRun run = millrace("retail", "report", "--json");

    assertThat(run.outLines()).hasSize(1);
    Map<String, Object> report = JsonText.lastLine(run);
    assertThat(report)
        .containsEntry("orders", 2)
        .containsEntry("cancellations", 1)
        .containsEntry("customers", 2)
        .containsEntry("products", 3);
    assertThat(decimals(report.get("grossByCountry")))
        .isEqualTo(Map.of("United Kingdom", "22.08", "France", "37.5"));
    assertThat(decimals(report.get("netByCountry")))
        .isEqualTo(Map.of("United Kingdom", "19.53", "France", "37.5"));
  }

  /** Values are decimal strings; how many zeros they end with does not matter. */
  private static Map<?, ?> decimals(Object map) {
    Map<String, String> plain = new java.util.HashMap<>();
    ((Map<?, ?>) map)
        .forEach((country, value) ->
            plain.put(
                (String) country,
                new BigDecimal((String) value).stripTrailingZeros().toPlainString()));
    return plain;
  }

  @Test
  void reportIsATableForPeople() throws IOException {
    millrace("retail", "import", threeInvoices().toString());
    CliRun run = millrace("retail", "report");

    assertThat(run.out())
        .contains("gross 59.58   refunded 2.55   net 57.03")
        .contains("2 orders, 1 cancellation, 2 customers, 3 products")
        .containsPattern("United Kingdom +22.08 +19.53");
  }

  @Test
  void replayFillsTheReadModelsAgain() throws IOException {
    millrace("retail", "import", threeInvoices().toString());
    CliRun before = millrace("retail", "report", "--json");
    CliRun run = millrace("replay", "--json");

    Map<String, Object> result = JsonText.lastLine(run);
    assertThat((List<?>) result.get("readModels")).hasSize(5);
    assertThat((Integer) result.get("events")).isPositive();
    assertThat(result).containsKeys("seconds", "eventsPerSecond");
    assertThat(millrace("retail", "report", "--json").out()).isEqualTo(before.out());
    assertThat(millrace("replay").out()).contains("into 5 read models");
  }

  @Test
  void aRehearsalListsWhatAChangedRuleTouchesAndChangesNothing() throws IOException {
    Path file = folder.resolve("bulk.csv");
    Files.writeString(
        file,
        HEADER
            + "536365,85123A,LANTERN,999,2010-12-01 08:26:00,2.00,17850.0,United Kingdom\n"
            + "536366,85123A,LANTERN,1000,2010-12-01 08:28:00,2.00,17850.0,United Kingdom\n"
            + "536367,POST,POSTAGE,1,2010-12-01 08:30:00,18.00,12583.0,France\n");
    millrace("retail", "import", file.toString());
    CliRun report = millrace("retail", "report", "--json");

    CliRun same = millrace("replay", "--rehearse", "--json");
    CliRun bulk =
        millrace("replay", "--rehearse", "--change", "bulk-price", "--report", "all.jsonl");
    CliRun charges = millrace("replay", "--rehearse", "--change", "charges-apart", "--json");

    assertThat(same.code).as(same.err()).isZero();
    assertThat(JsonText.lastLine(same)).containsEntry("same", true).containsEntry("change", "none");
    assertThat(bulk.code).isEqualTo(1);
    assertThat(bulk.out())
        .contains("1 decision differs", "place-order: 1 now accepted with other events")
        .contains("invoice:536366", "\"gross\":2000", "\"gross\":1800")
        .doesNotContain("invoice:536365");
    assertThat(Files.readAllLines(folder.resolve("all.jsonl")))
        .hasSize(1)
        .first()
        .asString()
        .contains("\"about\":\"invoice:536366\"");
    assertThat(charges.code).isEqualTo(1);
    assertThat(JsonText.lastLine(charges).get("readModels").toString())
        .contains("name=products, rows=2, missing=0, extra=0, other=1");
    assertThat(millrace("retail", "report", "--json").out()).isEqualTo(report.out());
    assertThat(millrace("replay", "--rehearse", "--report", "all.jsonl").errWithoutLogs())
        .contains("is there already");
  }

  @Test
  void aRehearsalOfAnUnknownChangeIsRefused() {
    CliRun unknown = millrace("replay", "--rehearse", "--change", "bulk-prize");
    CliRun alone = millrace("replay", "--change", "bulk-price");

    assertThat(unknown.code).isEqualTo(2);
    assertThat(unknown.err()).contains("did you mean 'bulk-price'?");
    assertThat(alone.code).isEqualTo(2);
    assertThat(alone.err()).contains("--change: needs --rehearse");
  }

  @Test
  void aFileThatIsNotThereStopsTheImportBeforeItBegins() {
    CliRun run = millrace("retail", "import", "gone.csv");

    assertThat(run.errWithoutLogs())
        .hasLineCount(1)
        .contains("there is no file gone.csv; nothing was imported");
    assertThat(run.code).isEqualTo(1);
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void aFileThatHoldsNoInvoicesIsNamed() throws IOException {
    Files.writeString(folder.resolve("poem.csv"), "roses are red\nviolets are blue\n");
    CliRun run = millrace("retail", "import", "poem.csv");

    assertThat(run.errWithoutLogs()).hasLineCount(1).contains("poem.csv");
    assertThat(run.code).isEqualTo(1);
  }

  @Test
  void anImportThatIsStoppedSaysHowFarItCame() throws IOException {
    Path file = folder.resolve("many.csv");
    Invoices.write(file, 1, 50);
    CliRun run = CliRun.in(folder).with("MILLRACE_DATA", folder.resolve("data").toString());
    run.stop.request();
    run.run("retail", "import", file.toString());

    assertThat(run.errWithoutLogs())
        .hasLineCount(1)
        .contains("the import was stopped after 0 of ", "run it again with the same files");
    assertThat(run.code).isEqualTo(1);
  }

  @Test
  void readModelsOfAnotherStoreAreRefusedAndCanBeMadeAgain() throws IOException {
    Path other = folder.resolve("other");
    millrace("retail", "import", threeInvoices().toString());
    millrace("retail", "import", threeInvoices().toString(), "--data", other.toString());
    CliRun before = millrace("retail", "report", "--json");
    Path database = folder.resolve("data").resolve("readmodel.mv.db");
    Files.copy(other.resolve("readmodel.mv.db"), database, StandardCopyOption.REPLACE_EXISTING);

    CliRun refused = millrace("retail", "report");

    assertThat(refused.code).isEqualTo(1);
    assertThat(refused.errWithoutLogs())
        .hasLineCount(1)
        .contains("checkpoint is at position", "but this is store", "'millrace replay' makes all");
    assertThat(millrace("replay", "--json").code).isZero();
    assertThat(millrace("retail", "report", "--json").out()).isEqualTo(before.out());
  }

  @Test
  void onATerminalTheImportShowsABar() throws IOException {
    Path file = folder.resolve("many.csv");
    Invoices.write(file, 1, 300);
    CliRun run = CliRun.in(folder).onTerminal();
    run.run("retail", "import", file.toString(), "--data", folder.resolve("data").toString());

    assertThat(run.code).as(run.err()).isZero();
    assertThat(run.err()).contains("\r\u001b[K");
    assertThat(run.out()).containsPattern("accepted.*in events");
  }
}
