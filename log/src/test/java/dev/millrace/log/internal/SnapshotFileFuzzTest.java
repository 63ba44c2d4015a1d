package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.core.store.Snapshot;

/** Any bytes in place of a snapshot are a snapshot that encodes to the same bytes, or none. */
final class SnapshotFileFuzzTest {

  @FuzzTest(maxDuration = "2m")
  void anyBytes(byte[] bytes) {
    Snapshot decoded = SnapshotFile.decode(bytes);
    if (decoded != null) {
      assertThat(SnapshotFile.encode(decoded)).isEqualTo(bytes);
    }
  }
}
