package dev.millrace.log.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.seam.DiskFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RealDiskFileTest {
  private static final int BYTES = 1 << 20;

  @TempDir Path folder;

  private byte[] file(String name) throws Exception {
    byte[] content = new byte[BYTES];
    new Random(1).nextBytes(content);
    Files.write(folder.resolve(name), content);
    return content;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @Test
  void whatIsPrefetchedIsWhatIsRead() throws Exception {
    byte[] content = file("a");
    try (DiskFile file = RealDisk.at(folder).open("a")) {
      for (int offset = 0; offset + 9_000 < BYTES; offset += 12_345) {
        ByteBuffer read = file.read(offset, 9_000);
        file.prefetch(offset, 9_000);
        assertThat(bytes(read))
            .isEqualTo(java.util.Arrays.copyOfRange(content, offset, offset + 9_000));
      }
    }
  }

  @Test
  void anInterruptedReaderLeavesTheFileOpenForOthers() throws Exception {
    byte[] content = file("a");
    try (DiskFile file = RealDisk.at(folder).open("a")) {
      assertThat(file.read(0, BYTES).get(1)).isEqualTo(content[1]);
      Thread.currentThread().interrupt();
      file.prefetch(BYTES / 2, 100);
      assertThat(Thread.interrupted()).isTrue();
      file.prefetch(0, 100);
      assertThat(file.read(BYTES / 2, 1).get(0)).isEqualTo(content[BYTES / 2]);
      assertThat(file.size()).isEqualTo(BYTES);
    }
  }

  @Test
  void aFirstReadByAnInterruptedThreadLeavesTheFileOpenForOthers() throws Exception {
    byte[] content = file("a");
    try (DiskFile file = RealDisk.at(folder).open("a")) {
      Thread.currentThread().interrupt();
      assertThat(file.read(0, BYTES).get(1)).isEqualTo(content[1]);
      assertThat(Thread.interrupted()).isTrue();
      file.sync(failed -> assertThat(failed).isNull());
      assertThat(file.size()).isEqualTo(BYTES);
    }
  }

  @Test
  void aHintMayComeAfterTheFileIsClosedOrGone() throws Exception {
    byte[] content = file("a");
    RealDisk disk = RealDisk.at(folder);
    DiskFile file = disk.open("a");
    ByteBuffer read = file.read(0, BYTES);
    disk.delete("a");
    file.prefetch(0, 100);
    file.close();
    file.prefetch(BYTES / 2, 100);
    assertThat(bytes(read)).isEqualTo(content);
  }
}
