package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreKeyException;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A stored sample of each version of the format opens, and reads the same for ever. A further
 * version only adds a folder, which {@link FormatSample} makes.
 */
final class FormatTest {
  private static final String SEGMENT = "000000000001.seg";
  private static final String INDEX = "000000000001.idx";
  private static final int INDEX_VERSION = 2;

  @TempDir Path folder;

  /** Makes a new sample first, when one is asked for. */
  @BeforeAll
  static void make() throws IOException {
    String wanted = System.getProperty("millrace.sample");
    if (wanted != null) {
      FormatSample.make(Path.of(wanted));
    }
  }

  static List<Path> samples() throws IOException, URISyntaxException {
    Path format = Path.of(FormatTest.class.getResource("/format").toURI());
    try (Stream<Path> versions = Files.list(format)) {
      return versions.sorted().toList();
    }
  }

  private static Path named(String name) throws IOException, URISyntaxException {
    return samples().stream().filter(path -> path.endsWith(name)).findFirst().orElseThrow();
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

  /** The version that a file of a sample says it has. */
  private static int version(Path sample, String file) throws IOException {
    byte[] bytes = Files.readAllBytes(sample.resolve("store").resolve(file));
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(8);
  }

  private static Map<String, ByteBuffer> indexes(Path store) throws IOException {
    Map<String, ByteBuffer> indexes = new TreeMap<>();
    try (Stream<Path> files = Files.list(store)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".idx")).toList()) {
        indexes.put(file.getFileName().toString(), ByteBuffer.wrap(Files.readAllBytes(file)));
      }
    }
    return indexes;
  }

  @Test
  void thereIsASampleOfEveryVersion() throws Exception {
    assertThat(samples())
        .extracting(path -> path.getFileName().toString())
        .contains("1", "2-encrypted");
    assertThat(version(named("1"), SEGMENT)).isEqualTo(1);
    assertThat(version(named("1"), INDEX)).isEqualTo(2);
    assertThat(version(named("2-encrypted"), SEGMENT)).isEqualTo(2);
    assertThat(version(named("2-encrypted"), INDEX)).isEqualTo(2);
  }

  @Test
  void anEncryptedSampleIsRefusedWithoutItsKey() throws Exception {
    Path path = folder.resolve("store");
    copy(named("2-encrypted").resolve("store"), path);
    assertThatThrownBy(() -> FormatSample.open(path, Encryption.NONE))
        .isInstanceOf(StoreKeyException.class);
    assertThatThrownBy(() -> FormatSample.open(path, Keys.with(1)))
        .isInstanceOf(StoreKeyException.class);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aSampleOpensAndReadsTheSame(Path sample) throws IOException {
    List<String> expected = Files.readAllLines(sample.resolve("events.txt"));
    Encryption encryption = FormatSample.encryption(sample);
    Path path = folder.resolve("store");
    copy(sample.resolve("store"), path);
    assertThat(LogFolder.verify(RealDisk.at(path), encryption).damage()).isEmpty();
    for (int process = 0; process < 2; process++) {
      try (LogEventStore store = FormatSample.open(path, encryption)) {
        assertThat(FormatSample.describe(store)).isEqualTo(expected);
        assertThat(store.snapshots().find(FormatSample.KEY))
            .hasValueSatisfying(snapshot -> {
              assertThat(snapshot.state()).isEqualTo(Bytes.utf8(FormatSample.STATE));
              assertThat(snapshot.position()).isEqualTo(5);
            });
      }
    }
    boolean newest = version(sample, INDEX) == INDEX_VERSION;
    Map<String, ByteBuffer> kept = indexes(sample.resolve("store"));
    assertThat(indexes(path).entrySet().containsAll(kept.entrySet()))
        .as("the index files of the sample serve, and are not made again")
        .isEqualTo(newest);
    try (LogEventStore store = FormatSample.open(path, encryption)) {
      long head = store.head();
      assertThat(store.append(Workloads.append(1, 5_000)).join())
          .isInstanceOfSatisfying(
              Appended.class, more -> assertThat(more.first()).isEqualTo(head + 1));
    }
    assertThat(LogFolder.verify(RealDisk.at(path), encryption).damage()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aSampleOfABackupIsRestoredTheSame(Path sample) throws IOException {
    Encryption encryption = FormatSample.encryption(sample);
    Path backup = folder.resolve("backup");
    copy(sample.resolve("backup"), backup);
    Path path = folder.resolve("restored");
    LogFolder.restore(
        RealDisk.at(backup), RealDisk.at(path), SystemSeams.shared(), LogProgress.NONE);
    StoreIdentity identity;
    try (LogEventStore store = FormatSample.open(path, encryption)) {
      assertThat(FormatSample.describe(store))
          .isEqualTo(Files.readAllLines(sample.resolve("events.txt")));
      assertThat(store.snapshots().find(FormatSample.KEY)).as("of another history").isEmpty();
      identity = store.identity();
    }
    Path original = folder.resolve("store");
    copy(sample.resolve("store"), original);
    try (LogEventStore store = FormatSample.open(original, encryption)) {
      assertThat(identity.id()).isEqualTo(store.identity().id());
      assertThat(identity.epoch()).isGreaterThan(store.identity().epoch());
    }
  }
}
