package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
