package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.retail.RetailApplication;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events leave a store as CloudEvents, and come into another one as they were. */
final class LogExchangeTest {
  /** What cannot be the same in another store: when it recorded the event, and its own id. */
  private static final Pattern OF_THE_STORE =
      Pattern.compile("\"source\":\"urn:uuid:[^\"]*\"|\"time\":\"[^\"]*\"");

  @TempDir Path folder;

  private CliRun millrace(String... arguments) {
    return CliRun.in(folder).run(arguments);
  }

  private static String comparable(String export) {
    return OF_THE_STORE.matcher(export).replaceAll("");
  }

  private void seededTraffic(long seed, int invoices) {
    try (RetailApplication shop = RetailApplication.open(folder.resolve("millrace-data"))) {
      int[] left = {invoices};
      shop.traffic(seed).run(0, () -> left[0]-- > 0);
      shop.awaitLevel(Duration.ofMinutes(1)); // what reactions do later would be in one copy only
    }
  }

  @Test
  void anExportThatIsImportedExportsTheSame() throws IOException {
    long seed = 20101201;
    seededTraffic(seed, 150);
    assertThat(millrace("log", "export", "first.jsonl").code).isZero();
    String first = Files.readString(folder.resolve("first.jsonl"));
    assertThat(first.lines()).hasSizeGreaterThan(150);

    CliRun imported = millrace("log", "import", "first.jsonl", "--data", "copy", "--json");

    assertThat(imported.code).as(imported.err()).isZero();
    assertThat(JsonText.lastLine(imported))
        .containsEntry("events", (int) first.lines().count())
        .containsEntry("repeated", 0);
    assertThat(comparable(millrace("log", "export", "--data", "copy").out()))
        .as("seed %d", seed)
        .isEqualTo(comparable(first));
    CliRun again = millrace("log", "import", "first.jsonl", "--data", "copy", "--json");
    assertThat(JsonText.lastLine(again))
        .containsEntry("events", 0)
        .containsEntry("repeated", JsonText.lastLine(imported).get("appends"));
    assertThat(millrace("retail", "report", "--data", "copy", "--json").out())
        .isEqualTo(millrace("retail", "report", "--json").out());
  }

  private static Append random(SplittableRandom random, int number) {
    List<NewEvent> events = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      List<TagValue> tags = new ArrayList<>();
      for (int tag = random.nextInt(4); tag > 0; tag--) {
        tags.add(new TagValue("t" + tag, pick(random, "a,b", "100%", "ü+ö", "x:y z", "q\"\\")));
      }
      String data =
          pick(random, "{\"a\":1.50,\"b\":[null,true]}", "{ \"spaced\": 1 }", "null", "", "7")
              + pick(random, "", "", "\u0001");
      Bytes bytes =
          random.nextInt(5) == 0
              ? Bytes.wrap(new byte[] {(byte) 0xff, 0, (byte) random.nextInt()})
              : Bytes.utf8(data);
      events.add(new NewEvent("type-" + random.nextInt(3), 1 + random.nextInt(9), tags, bytes));
    }
    Append append = Append.of(new UUID(random.nextLong(), number), events);
    if (random.nextBoolean()) {
      append = append.with(new Metadata("c-" + number, pick(random, "x", "ä\n"), null, "me"));
    }
    if (random.nextBoolean()) {
      Bytes payload = random.nextBoolean() ? null : Bytes.utf8("{\"n\":" + number + "}");
      append = append.causedBy(new CommandRecord("id " + number, "do", random.nextLong(), payload));
    }
    return append.forTenant(random.nextBoolean() ? Tenant.DEFAULT : new Tenant("other, one"));
  }

  private static String pick(SplittableRandom random, String... texts) {
    return texts[random.nextInt(texts.length)];
  }

  @Test
  void appendsComeBackWithTheirIdsCommandsAndBytes() {
    long seed = 4;
    SplittableRandom random = new SplittableRandom(seed);
    Path data = folder.resolve("millrace-data");
    try (EventStore store = TestStore.open(data)) {
      for (int i = 0; i < 200; i++) {
        store.append(random(random, i)).join();
      }
    }
    assertThat(millrace("log", "export", "all.jsonl.gz").code).isZero();

    CliRun run = millrace("log", "import", "all.jsonl.gz", "--data", "copy");

    assertThat(run.out()).startsWith("imported ").contains("0 appends were there already");
    try (EventStore original = TestStore.open(data);
        EventStore copy = TestStore.open(folder.resolve("copy"))) {
      List<RecordedEvent> events = all(original);
      List<RecordedEvent> copied = all(copy);
      assertThat(copied).as("seed %d", seed).hasSameSizeAs(events);
      for (int i = 0; i < events.size(); i++) {
        RecordedEvent event = events.get(i);
        RecordedEvent other = copied.get(i);
        assertThat(other).usingRecursiveComparison().ignoringFields("time").isEqualTo(event);
        UUID id = event.id().append();
        assertThat(copy.find(id).orElseThrow().command())
            .isEqualTo(original.find(id).orElseThrow().command());
      }
    }
  }

  private static List<RecordedEvent> all(EventStore store) {
    return store.read(Query.all().acrossTenants(), 1, Direction.FORWARD, 10_000).events();
  }

  @Test
  void aPipeLeadsFromOneStoreToAnother() {
    TestStore.fill(folder.resolve("millrace-data"), 5);
    CliRun export = millrace("log", "export");
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(export.outBytes.toByteArray()));
      assertThat(millrace("log", "import", "-", "--data", "copy").out())
          .startsWith("imported 5 events in 5 appends");
    } finally {
      System.setIn(before);
    }
    assertThat(export.errWithoutLogs()).contains("exported 5 events");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "specversion":"1.0"         | "specversion":"0.3"  | 'specversion' is '0.3'
          "type":"counted",           | ``                   | 'type' is missing
          "schemaversion":1           | "schemaversion":"x"  | 'schemaversion' is 'x'
          "schemaversion":1           | "schemaversion":0    | must be 1 to 32767
          "appendsize":1              | "appendsize":2       | 1 of 2 is due
          "appendsize":1              | "appendsize":0       | 'appendsize' must be 1 to 10000
          "tenant":"default"          | "tenant":{}          | neither text nor a number
          "tenant":"default"          | "tenant":"a","data_base64":"AA==" | one of 'data' and 'data_base64'
          {"specversion"              | ["specversion"       | not a JSON object
          /0"                         | /1"                  | is not the first of its append
          /0"                         | "                    | 'id' is
          number:2,all:yes            | number               | a tag is written name:value
          """)
  void aBadLineIsRefusedByNumber(String good, String bad, String message) throws IOException {
    TestStore.fill(folder.resolve("millrace-data"), 3);
    List<String> lines = new ArrayList<>(millrace("log", "export").outLines());
    assertThat(lines.get(1)).contains(good);
    lines.set(1, lines.get(1).replaceFirst(Pattern.quote(good), bad));
    Files.write(folder.resolve("bad.jsonl"), lines);

    CliRun run = millrace("log", "import", "bad.jsonl", "--data", "copy", "--json");

    assertThat(run.code).isEqualTo(1);
    assertThat(run.errWithoutLogs()).hasLineCount(1).contains("bad.jsonl, line ", message);
    int line = message.startsWith("1 of") ? 3 : 2; // where the second event is missed
    assertThat(JsonText.lastLine(run)).containsEntry("ok", false).containsEntry("line", line);
    assertThat(millrace("log", "stats", "--data", "copy", "--json").out())
        .contains("\"events\":1,");
  }

  @Test
  void anIdWithOtherEventsIsRefusedAndBytesThatAreNoTextToo() throws IOException {
    TestStore.fill(folder.resolve("millrace-data"), 2);
    String export = millrace("log", "export").out();
    Path file = folder.resolve("changed.jsonl");
    Files.writeString(file, export.replace("\"number\":2", "\"number\":3"));
    CliRun reused = millrace("log", "import", "changed.jsonl");
    assertThat(reused.code).isEqualTo(1);
    assertThat(reused.errWithoutLogs()).contains("line 2: append id", "was used before");
    Files.writeString(file, export.replace("all:yes", "all:y\u00e9s"), StandardCharsets.ISO_8859_1);
    CliRun encoded = millrace("log", "import", "changed.jsonl", "--data", "copy");
    assertThat(encoded.errWithoutLogs()).contains("line 1: ", "not UTF-8");
    Files.writeString(folder.resolve("plain.jsonl.gz"), export);
    CliRun plain = millrace("log", "import", "plain.jsonl.gz", "--data", "none");
    assertThat(plain.errWithoutLogs()).contains("plain.jsonl.gz is not a whole gzip file");
    CliRun missing = millrace("log", "import", "none.jsonl", "--data", "none");
    assertThat(missing.errWithoutLogs()).contains("there is no file");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void anExportOverwritesNothing() throws IOException {
    TestStore.fill(folder.resolve("millrace-data"), 1);
    Files.writeString(folder.resolve("there.jsonl"), "mine");
    CliRun run = millrace("log", "export", "there.jsonl");
    assertThat(run.code).isEqualTo(1);
    assertThat(run.errWithoutLogs()).contains("is there already");
    assertThat(folder.resolve("there.jsonl")).hasContent("mine");
  }
}
