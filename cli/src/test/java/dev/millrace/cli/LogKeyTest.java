package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of encrypted stores, on the command line. */
final class LogKeyTest {
  @TempDir Path folder;

  @BeforeEach
  void fill() {
    TestStore.fill(folder.resolve("data"), 100);
  }

  private CliRun millrace(String... arguments) {
    return CliRun.in(folder).with("MILLRACE_DATA", "data").run(arguments);
  }

  private CliRun withKey(String key, String... arguments) {
    return CliRun.in(folder)
        .with("MILLRACE_DATA", "data")
        .with("MILLRACE_KEY", "file:" + key)
        .run(arguments);
  }

  @Test
  void aStoreIsEncryptedAndGetsAnotherKey() throws IOException {
    assertThat(millrace("log", "new-key", "old.key").code).isZero();
    assertThat(millrace("log", "new-key", "new.key").code).isZero();
    CliRun again = millrace("log", "new-key", "old.key");
    assertThat(again.code).isEqualTo(1);
    assertThat(again.errWithoutLogs()).contains("old.key is there already");

    CliRun early = withKey("old.key", "log", "stats");
    assertThat(early.code).isEqualTo(1);
    assertThat(early.errWithoutLogs()).contains("not encrypted", "millrace log encrypt");

    assertThat(millrace("log", "encrypt").code).isEqualTo(2);
    assertThat(withKey("old.key", "log", "encrypt").out()).startsWith("encrypted");
    CliRun without = millrace("read");
    assertThat(without.code).isEqualTo(1);
    assertThat(without.errWithoutLogs()).hasLineCount(1).contains("is encrypted with key", "--key");
    assertThat(millrace("read", "--key", "file:old.key").outLines()).hasSizeGreaterThan(99);

    CliRun rotated =
        millrace("log", "rotate-key", "--key", "file:old.key", "--new-key", "file:new.key");
    assertThat(rotated.code).isZero();
    assertThat(withKey("old.key", "log", "stats").code).isEqualTo(1);
    assertThat(JsonText.lastLine(withKey("new.key", "log", "stats", "--json")))
        .containsEntry("events", 100);
    assertThat(millrace("log", "verify").out()).startsWith("ok  100 events");
    assertThat(withKey("new.key", "log", "verify").out()).startsWith("ok  100 events");

    Files.delete(folder.resolve("data/log/keys"));
    CliRun lost = withKey("new.key", "log", "stats");
    assertThat(lost.errWithoutLogs()).contains("rotate-key");
    CliRun made =
        millrace(
            "log",
            "rotate-key",
            "--key",
            "file:new.key",
            "--older-key",
            "file:old.key",
            "--new-key",
            "file:new.key");
    assertThat(made.code).isZero();
    assertThat(withKey("new.key", "log", "stats").code).isZero();
  }

  @Test
  void whatIsThereIsWrittenAnewEncryptedAndScavenged() throws IOException {
    assertThat(millrace("log", "new-key", "shop.key").code).isZero();
    assertThat(segments()).contains("odd-counted");

    CliRun encrypted = withKey("shop.key", "log", "encrypt", "--rewrite");

    assertThat(encrypted.code).as(encrypted.err()).isZero();
    assertThat(encrypted.out()).startsWith("encrypted  all of");
    assertThat(segments()).doesNotContain("counted");
    assertThat(withKey("shop.key", "read", "--json").outLines()).hasSize(100);

    assertThat(millrace("log", "scavenge", "--type", "odd-counted", "--yes").code).isEqualTo(1);
    CliRun scavenged =
        withKey("shop.key", "log", "scavenge", "--type", "odd-counted", "--yes", "--json");
    assertThat(JsonText.lastLine(scavenged)).containsEntry("events", 50);
    assertThat(withKey("shop.key", "read", "--json", "--type", "counted").outLines()).hasSize(50);
    assertThat(withKey("shop.key", "log", "verify").out()).startsWith("ok  100 events");
    assertThat(segments()).doesNotContain("counted");
  }

  /** Every byte of the segments. */
  private String segments() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(folder.resolve("data/log"))) {
      for (Path file : files.filter(one -> one.toString().contains(".seg")).toList()) {
        all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }
}
