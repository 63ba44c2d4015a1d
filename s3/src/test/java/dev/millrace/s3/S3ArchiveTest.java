package dev.millrace.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.adobe.testing.s3mock.S3MockApplication;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.ArchivePolicy;
import dev.millrace.log.LogArchival;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogFolder;
import dev.millrace.log.LogOptions;
import dev.millrace.log.LogProgress;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that speaks S3. */
final class S3ArchiveTest {
  private static final LogOptions SMALL =
      LogOptions.DEFAULT.withSegmentBytes(3 << 20).withPrepareBytes(1 << 20);
  private static final int EVENTS = 200;

  private static S3MockApplication server;
  private static String place;

  @TempDir Path folder;

  @BeforeAll
  @SuppressWarnings("removal") // the port that it has chosen can only be asked in this way
  static void start() {
    System.setProperty("aws.accessKeyId", "anybody");
    System.setProperty("aws.secretAccessKey", "anything");
    server =
        S3MockApplication.start(
            new HashMap<>(
                Map.of(
                    S3MockApplication.PROP_INITIAL_BUCKETS,
                    "segments",
                    S3MockApplication.PROP_HTTP_PORT,
                    S3MockApplication.RANDOM_PORT,
                    S3MockApplication.PROP_HTTPS_PORT,
                    S3MockApplication.RANDOM_PORT,
                    S3MockApplication.PROP_SILENT,
                    true)));
    place =
        "s3://segments/shop?region=eu-central-1&endpoint=http://localhost:" + server.getHttpPort();
  }

  @AfterAll
  static void stop() {
    server.stop();
  }

  private LogEventStore open() {
    return LogEventStore.open(RealDisk.at(folder), SystemSeams.shared(), SMALL);
  }

  private static void fill(LogEventStore store) {
    for (int i = 0; i < EVENTS; i++) {
      NewEvent event = new NewEvent("noted", 1, List.of(), Bytes.utf8(i + "x".repeat(60_000)));
      store.append(Append.of(new UUID(9, i), List.of(event))).join();
    }
  }

  private static List<RecordedEvent> everything(LogEventStore store) {
    return store.read(Query.all(), 1, Direction.FORWARD, 10_000).events();
  }

  private long localBytes() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".seg"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  @Test
  void segmentsGoToABucketAreReadFromThereAndComeBack() throws IOException {
    List<RecordedEvent> before;
    try (LogEventStore store = open()) {
      fill(store);
      before = everything(store);
      long local = localBytes();
      LogArchival archival =
          store.archive(ArchivePolicy.keeping(place, 0), LogProgress.NONE).join();
      assertThat(archival.movedSegments()).isGreaterThanOrEqualTo(3);
      assertThat(localBytes()).isLessThan(local / 2);
      assertThat(everything(store)).isEqualTo(before);
    }
    assertThat(LogFolder.verify(RealDisk.at(folder)).damage()).isEmpty();
    try (LogEventStore store = open()) {
      assertThat(store.read(Query.all(), 7, Direction.FORWARD, 1).events())
          .isEqualTo(before.subList(6, 7));
      LogArchival back = store.unarchive(LogProgress.NONE).join();
      assertThat(back.archivedSegments()).isZero();
      assertThat(everything(store)).isEqualTo(before);
    }
  }

  @Test
  void whatIsNotThereFailsTheReadThatNeedsItAndNothingElse() throws IOException {
    S3Archive archive = S3Archive.at(S3Location.parse(place));
    assertThat(archive.size("nothing.segment")).isEmpty();
    assertThatThrownBy(() -> archive.get("nothing.segment", 0, 10))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nothing.segment");
    String nowhere = place.replace("segments", "no-such-bucket");
    try (LogEventStore store = open()) {
      fill(store);
      assertThatThrownBy(
              () -> store.archive(ArchivePolicy.keeping(nowhere, 0), LogProgress.NONE).join())
          .hasCauseInstanceOf(StoreFailedException.class)
          .hasMessageContaining("no-such-bucket");
      assertThat(everything(store)).hasSize(EVENTS);
    }
  }

  @Test
  void aPlaceIsABucketWithAPrefixAndOptions() {
    S3Location location = S3Location.parse("s3://old/shop/2026?endpoint=http://host:9000");
    assertThat(location.bucket()).isEqualTo("old");
    assertThat(location.prefix()).isEqualTo("shop/2026/");
    assertThat(location.endpoint()).hasToString("Optional[http://host:9000]");
    assertThat(S3Location.parse("s3://old").prefix()).isEmpty();
    assertThatThrownBy(() -> S3Location.parse("s3:///shop")).hasMessageContaining("s3://bucket");
    assertThatThrownBy(() -> S3Location.parse("s3://old?zone=1")).hasMessageContaining("zone");
  }
}
