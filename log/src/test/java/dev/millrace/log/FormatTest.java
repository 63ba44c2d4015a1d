package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A stored sample of each version of the format opens, and reads the same for ever. A further
 * version only adds a folder, which {@link FormatSample} makes.
 */
final class FormatTest {
  @TempDir Path folder;

  static List<Path> samples() throws IOException, URISyntaxException {
    Path format = Path.of(FormatTest.class.getResource("/format").toURI());
    try (Stream<Path> versions = Files.list(format)) {
      return versions.sorted().toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(file -> {
        try {
          Files.copy(file, to.resolve(from.relativize(file).toString()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
  }

  @Test
  void thereIsASampleOfEveryVersion() throws Exception {
    assertThat(samples())
        .extracting(path -> path.getFileName().toString())
        .contains("1")
        .hasSizeGreaterThanOrEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aSampleOpensAndReadsTheSame(Path sample) throws IOException {
    List<String> expected = Files.readAllLines(sample.resolve("events.txt"));
    Path path = folder.resolve("store");
    copy(sample.resolve("store"), path);
    assertThat(LogFolder.verify(RealDisk.at(path)).damage()).isEmpty();
    for (int process = 0; process < 2; process++) {
      try (LogEventStore store = FormatSample.open(path)) {
        assertThat(FormatSample.describe(store)).isEqualTo(expected);
        assertThat(store.snapshots().find(FormatSample.KEY))
            .hasValueSatisfying(snapshot -> {
              assertThat(snapshot.state()).isEqualTo(Bytes.utf8(FormatSample.STATE));
              assertThat(snapshot.position()).isEqualTo(5);
            });
      }
    }
    try (LogEventStore store = FormatSample.open(path)) {
      long head = store.head();
      assertThat(store.append(Workloads.append(1, 5_000)).join())
          .isInstanceOfSatisfying(
              Appended.class, more -> assertThat(more.first()).isEqualTo(head + 1));
    }
    assertThat(LogFolder.verify(RealDisk.at(path)).damage()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aSampleOfABackupIsRestoredTheSame(Path sample) throws IOException {
    Path backup = folder.resolve("backup");
    copy(sample.resolve("backup"), backup);
    Path path = folder.resolve("restored");
    LogFolder.restore(
        RealDisk.at(backup), RealDisk.at(path), SystemSeams.shared(), LogProgress.NONE);
    StoreIdentity identity;
    try (LogEventStore store = FormatSample.open(path)) {
      assertThat(FormatSample.describe(store))
          .isEqualTo(Files.readAllLines(sample.resolve("events.txt")));
      assertThat(store.snapshots().find(FormatSample.KEY)).as("of another history").isEmpty();
      identity = store.identity();
    }
    Path original = folder.resolve("store");
    copy(sample.resolve("store"), original);
    try (LogEventStore store = FormatSample.open(original)) {
      assertThat(identity.id()).isEqualTo(store.identity().id());
      assertThat(identity.epoch()).isGreaterThan(store.identity().epoch());
    }
  }
}
