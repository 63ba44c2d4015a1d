package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.seam.DiskFile;
import dev.millrace.testkit.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is wrong with a frame is said, and where it was cut, and what it proves. */
final class FrameCheckTest {
  private static final SampleLog SAMPLE = SampleLog.of(3, 41);
  private static final String FILE = "000000000001.seg";

  private byte[] bytes;
  private long salt;
  private List<Integer> frames;

  @BeforeEach
  void read() throws IOException {
    DiskFile file = SAMPLE.copy().disk().open(FILE);
    bytes = new byte[(int) file.size()];
    file.read(0, bytes.length).get(bytes);
    salt = LittleEndian.getLong(bytes, 48);
    frames = new ArrayList<>();
    for (int at = SegmentHeader.BYTES; length(at) != 0; at += Frame.aligned(length(at))) {
      frames.add(at);
    }
    assertThat(frames).as("three appends and a marker").hasSize(4);
  }

  private int length(int at) {
    return LittleEndian.getInt(bytes, at + Frame.LENGTH);
  }

  private FrameCheck check() throws IOException {
    return check(bytes);
  }

  private FrameCheck check(byte[] content) throws IOException {
    SimDisk disk = SimDisk.empty();
    DiskFile file = disk.create("x");
    file.write(0, ByteBuffer.wrap(content.clone()), failed -> {});
    return new FrameCheck(new SegmentBytes(file, content.length), salt);
  }

  private void refit(int at) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, at + Frame.LENGTH, length(at) - Frame.LENGTH);
    LittleEndian.putInt(bytes, at + Frame.CRC, (int) crc.getValue());
  }

  @Test
  void wholeFramesHaveNoProblem() throws IOException {
    FrameCheck check = check();
    for (int frame : frames) {
      assertThat(check.problem(frame)).isNull();
    }
  }

  @Test
  void eachProblemIsNamed() throws IOException {
    int frame = frames.get(1);
    assertThat(check().problem(bytes.length - 79)).contains("ends inside a frame's header");
    assertThat(check().problem(bytes.length - 80)).isEqualTo("a frame's length is 0");
    assertThat(check().problem(frame + 8)).contains("length is");
    bytes[frame + 90] ^= 1;
    assertThat(check().problem(frame)).contains("checksum");
    bytes[frame + 90] ^= 1;
    bytes[frame + Frame.SALT] ^= 1;
    refit(frame);
    assertThat(check().problem(frame)).contains("salt");
    bytes[frame + Frame.SALT] ^= 1;
    refit(frame);
    assertThat(check().problem(frame)).isNull();
    int padded = frames.stream().filter(at -> length(at) % 8 != 0).findFirst().orElseThrow();
    int padding = padded + length(padded);
    bytes[padding] = 1;
    assertThat(check().problem(padded)).contains("not zero");
    bytes[padding] = 0;
    bytes[padded + Frame.aligned(length(padded)) - 1] = 1;
    assertThat(check().problem(padded)).contains("not zero");
  }

  @Test
  void aLengthIsWithinTheFileAndAtLeastAHeader() throws IOException {
    int frame = frames.get(0);
    int length = length(frame);
    LittleEndian.putInt(bytes, frame + Frame.LENGTH, 79);
    assertThat(check().problem(frame)).isEqualTo("a frame's length is 79");
    LittleEndian.putInt(bytes, frame + Frame.LENGTH, bytes.length - frame + 1);
    assertThat(check().problem(frame)).startsWith("a frame's length is ");
    LittleEndian.putInt(bytes, frame + Frame.LENGTH, -1);
    assertThat(check().problem(frame)).isEqualTo("a frame's length is -1");
    LittleEndian.putInt(bytes, frame + Frame.LENGTH, bytes.length - frame);
    refit(frame);
    assertThat(check().problem(frame)).as("as long as the file").isNull();
    LittleEndian.putInt(bytes, frame + Frame.LENGTH, length);
    assertThat(check(Arrays.copyOf(bytes, frame + length)).problem(frame)).contains("checksum");
    refit(frame);
    assertThat(check(Arrays.copyOf(bytes, frame + length)).problem(frame))
        .as("the zeros after it may be missing")
        .isNull();
  }

  @Test
  void aCutIsInsideAFrameOrItsHeaderAndNotBeforeZeros() throws IOException {
    int frame = frames.get(1);
    int end = frame + length(frame);
    assertThat(check().isCut(frame)).as("whole").isFalse();
    for (int size : List.of(frame + 8, frame + 79, frame + 80, frame + 81, end - 1)) {
      assertThat(check(Arrays.copyOf(bytes, size)).isCut(frame)).as("cut at %s", size).isTrue();
    }
    assertThat(check(Arrays.copyOf(bytes, end)).isCut(frame)).isFalse();
    byte[] longer = Arrays.copyOf(bytes, end - 1);
    longer[frame + Frame.SALT] ^= 1;
    assertThat(check(longer).isCut(frame)).as("no frame of this segment").isFalse();
    byte[] zeros = Arrays.copyOf(bytes, end - 1);
    Arrays.fill(zeros, end - 81, end - 1, (byte) 0);
    assertThat(check(zeros).isCut(frame)).as("it ends with zeros").isFalse();
    zeros[end - 82] = 1;
    assertThat(check(zeros).isCut(frame)).as("the last 80 bytes are zeros").isFalse();
    zeros[end - 81] = 1;
    assertThat(check(zeros).isCut(frame)).isTrue();
  }

  @Test
  void whatWasDurableIsProvenByTheLastWholeFrame() throws IOException {
    int marker = frames.get(3);
    assertThat(check().provenDurable(SegmentHeader.BYTES)).isEqualTo(marker);
    assertThat(check().provenDurable(marker)).isEqualTo(marker);
    assertThat(check().provenDurable(marker + 8)).isZero();
    bytes[marker + 40] ^= 1;
    assertThat(check().provenDurable(SegmentHeader.BYTES)).isEqualTo((int) frames.get(2));
    bytes[frames.get(2) + 40] ^= 1;
    bytes[frames.get(1) + 40] ^= 1;
    assertThat(check().provenDurable(SegmentHeader.BYTES)).isEqualTo(SegmentHeader.BYTES);
    assertThat(check(Arrays.copyOf(bytes, frames.get(0) + 80)).provenDurable(4096)).isZero();
  }
}
