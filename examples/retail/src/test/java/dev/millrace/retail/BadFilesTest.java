package dev.millrace.retail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.MillraceException;
import dev.millrace.retail.csv.UnreadableFileException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bad row costs one row; a bad file is named, and costs nothing that was imported before. */
final class BadFilesTest {
  private static final String GOOD =
      "536365,85123A,THING,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom";
  private static final String GOOD_TOO =
      "536366,85123A,THING,1,2010-12-01 08:28:00,2.55,17850.0,United Kingdom";

  @TempDir Path folder;
  private RetailApplication shop;

  @BeforeEach
  void open() {
    shop = RetailApplication.open(folder, "memory:", "jdbc:h2:mem:" + UUID.randomUUID());
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @Test
  void rejectedRowsNeverOverwriteWhatIsImported() throws Exception {
    Path file = TestFiles.csv(folder.resolve("invoices.csv"), GOOD);
    byte[] before = Files.readAllBytes(file);

    assertThatThrownBy(() ->
            shop.importer()
                .rejectingTo(folder.resolve(".").resolve("invoices.csv"))
                .run(List.of(file), ImportListener.NONE))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("invoices.csv: is imported itself")
        .hasMessageContaining("name another file");
    assertThat(file).hasBinaryContent(before);
    assertThat(shop.report().orders()).isZero();
  }

  @Test
  void badRowsAreRejectedWithTheirLinesAndTheImportGoesOn() throws Exception {
    Path file = folder.resolve("bad.csv");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(("\uFEFF" + TestFiles.HEADER).getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes((GOOD + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(
        "536367,X,\"open quote,6,2010-12-01 08:26:00,1,,France\n".getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(
        "536367,X,\u00e9t\u00e9,6,2010-12-01 08:26:00,1,,France\n"
            .getBytes(StandardCharsets.ISO_8859_1));
    bytes.writeBytes(("1," + "x".repeat(100_000) + "\n").getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(
        "A536368,B,DEBT,1,2010-12-01 08:26:00,-5,,France\n".getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(GOOD_TOO.getBytes(StandardCharsets.UTF_8)); // no end of line
    Files.write(file, bytes.toByteArray());

    ImportResult result = shop.importer().run(List.of(file), ImportListener.NONE);

    assertThat(result.rows()).isEqualTo(6);
    assertThat(result.accepted()).isEqualTo(2);
    assertThat(result.rejectedByReason()).isEqualTo(Map.of("malformed-row", 3L, "bad-debt", 1L));
    List<String> rejected = TestFiles.rows(result.rejectedRows());
    assertThat(rejected).hasSize(4);
    assertThat(rejected.get(0)).contains("bad.csv,4,malformed-row,").contains("quote");
    assertThat(rejected.get(1)).contains("bad.csv,5,malformed-row,not UTF-8");
    assertThat(rejected.get(2)).contains("bad.csv,6,malformed-row,longer than 65536 bytes");
    assertThat(rejected.get(3)).contains("bad.csv,7,bad-debt,");
    assertThat(shop.report().gross()).isEqualTo("17.85");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "a,b,c\n1,2,3\n", "InvoiceNo,StockCode,Description,Quantity\n"})
  void aFileWithAnotherHeaderIsRefused(String content) throws Exception {
    Path file = Files.writeString(folder.resolve("other.csv"), content);

    mustBeRefused(file, "other.csv: not a file of invoices");
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    mustBeRefused(folder.resolve("missing.csv"), "missing.csv: there is no such file");
  }

  @Test
  void aFolderIsRefused() {
    mustBeRefused(folder, "it is a folder");
  }

  @Test
  void anArchiveThatIsCutOffIsRefused() throws Exception {
    StringBuilder rows = new StringBuilder(TestFiles.HEADER);
    for (int i = 0; i < 5_000; i++) {
      rows.append(GOOD.replace("536365", Integer.toString(600_000 + i * 7919 % 5_000)));
      rows.append('\n');
    }
    byte[] whole = gzip(rows.toString());
    Path file = folder.resolve("cut.csv.gz");
    Files.write(file, Arrays.copyOf(whole, whole.length * 2 / 3));
    mustBeRefused(file, "cut.csv.gz: cut off or broken after line ");

    Files.write(file, whole);
    assertThat(shop.importer().run(List.of(file), ImportListener.NONE).accepted()).isEqualTo(5_000);
  }

  @Test
  void anArchiveIsKnownByItsBytesNotItsName() throws Exception {
    Path file = folder.resolve("packed.csv");
    Files.write(file, gzip(TestFiles.HEADER + GOOD + "\n"));

    assertThat(shop.importer().run(List.of(file), ImportListener.NONE).accepted()).isEqualTo(1);
  }

  private static byte[] gzip(String text) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /** Beside a good file, and before anything of that is imported. */
  private void mustBeRefused(Path file, String message) {
    Path good = TestFiles.csv(folder.resolve("good.csv"), GOOD);
    assertThatThrownBy(() -> shop.importer().run(List.of(good, file), ImportListener.NONE))
        .isInstanceOf(UnreadableFileException.class)
        .hasMessageContaining(message);
    assertThat(shop.millrace().store("retail").head()).isZero();
  }
}
