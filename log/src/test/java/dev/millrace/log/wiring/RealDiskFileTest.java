package dev.millrace.log.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.seam.DiskFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RealDiskFileTest {
  private static final int BYTES = 1 << 20;
  private static final int PAGE = 4096;
  private static final long MOST_NANOS = Duration.ofSeconds(20).toNanos();

  @TempDir Path folder;

  private byte[] file(String name) throws Exception {
    byte[] content = new byte[BYTES];
    new Random(1).nextBytes(content);
    Files.write(folder.resolve(name), content);
    return content;
  }

  private static DiskFile open(Path path, boolean advised) throws Exception {
    PageReader.Reads reads = new PageReader.Reads();
    if (advised) {
      reads.advise(Objects.requireNonNull(MemoryAdvice.system()));
    }
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new RealDiskFile(path, reads, channel);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsPrefetchedIsWhatIsRead(boolean advised) throws Exception {
    byte[] content = file("a");
    try (DiskFile file = open(folder.resolve("a"), advised)) {
      for (int offset = 0; offset + 9_000 < BYTES; offset += 12_345) {
        byte[] expected = Arrays.copyOfRange(content, offset, offset + 9_000);
        ByteBuffer read = file.read(offset, 9_000);
        file.prefetch(offset, 9_000);
        assertThat(bytes(read)).isEqualTo(expected);
        assertThat(bytes(file.pick(offset, 9_000))).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInterruptedReaderLeavesTheFileOpenForOthers(boolean advised) throws Exception {
    byte[] content = file("a");
    try (DiskFile file = open(folder.resolve("a"), advised)) {
      assertThat(file.read(0, BYTES).get(1)).isEqualTo(content[1]);
      Thread.currentThread().interrupt();
      file.prefetch(BYTES / 2, 100);
      assertThat(file.pick(2, 1).get(0)).isEqualTo(content[2]);
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

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHintMayComeAfterTheFileIsClosedOrGone(boolean advised) throws Exception {
    byte[] content = file("a");
    DiskFile file = open(folder.resolve("a"), advised);
    ByteBuffer read = file.read(0, BYTES);
    Files.delete(folder.resolve("a"));
    file.prefetch(0, 100);
    file.close();
    file.prefetch(BYTES / 2, 100);
    assertThat(bytes(read)).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingIsReadThroughMemoryOfWhatWasCutOff(boolean advised) throws Exception {
    file("a");
    try (DiskFile file = open(folder.resolve("a"), advised)) {
      assertThat(file.pick(BYTES - 1, 1).remaining()).isEqualTo(1);
      file.truncate(BYTES / 2);
      file.prefetch(BYTES - 100, 100);
      assertThat(file.pick(BYTES / 2 - 1, 1).remaining()).isEqualTo(1);
    }
  }

  @Test
  void adviceIsLookedForWhenSoMuchIsMappedThatItMayNotStayInMemory() {
    PageReader.Reads reads = new PageReader.Reads();
    reads.mapped((1L << 30) - 1);
    assertThat(reads.advice()).isNull();
    reads.mapped(1);
    long start = System.nanoTime();
    while (reads.advice() == null && System.nanoTime() - start < MOST_NANOS) {
      Thread.onSpinWait();
    }
    assertThat(reads.advice()).isEqualTo(MemoryAdvice.system()).isNotNull();
  }

  /** With the pages in no cache, since they were written past it. */
  @Test
  void whoPicksAPageReadsNoneAroundItAndAHintBringsPagesWithoutALook() throws Exception {
    Path path = Files.createTempFile(Path.of("target"), "picked", ".bin");
    writePastTheCache(path);
    try (DiskFile file = open(path, true)) {
      MappedByteBuffer seen = (MappedByteBuffer) file.pick(0, BYTES);
      byte unused = file.pick(40 * PAGE + 1, 1).get(0);
      assertThat(loaded(seen, 40)).isTrue();
      assertThat(loaded(seen, 39)).isFalse();
      assertThat(loaded(seen, 41)).isFalse();
      file.prefetch(80 * PAGE + 100, PAGE);
      long start = System.nanoTime();
      while (!(loaded(seen, 80) && loaded(seen, 81)) && System.nanoTime() - start < MOST_NANOS) {
        Thread.onSpinWait();
      }
      assertThat(loaded(seen, 80) && loaded(seen, 81)).isTrue();
      assertThat(loaded(seen, 79)).isFalse();
      assertThat(loaded(seen, 82)).isFalse();
    } finally {
      Files.delete(path);
    }
  }

  private static boolean loaded(MappedByteBuffer seen, int page) {
    return seen.slice(page * PAGE, PAGE).isLoaded();
  }

  private static void writePastTheCache(Path path) throws Exception {
    ByteBuffer zeros = ByteBuffer.allocateDirect(BYTES + PAGE).alignedSlice(PAGE).limit(BYTES);
    OpenOption direct = // there on every JDK, but named by none of its documented packages
        (OpenOption)
            Class.forName("com.sun.nio.file.ExtendedOpenOption").getField("DIRECT").get(null);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, direct)) {
      while (zeros.hasRemaining()) {
        int unused = channel.write(zeros);
      }
      channel.force(true);
    }
  }
}
