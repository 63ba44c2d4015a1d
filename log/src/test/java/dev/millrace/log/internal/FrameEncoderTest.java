package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Every byte of a frame is where the format draws it, and is read from there. */
final class FrameEncoderTest {
  private static final int AT = 104;
  private static final FrameEncoder.Group GROUP =
      new FrameEncoder.Group(0x1111_2222_3333_4444L, 77, 8_888, 1_700_000_000_123_456L);
  private static final UUID ID = new UUID(0x0102_0304_0506_0708L, 0x1112_1314_1516_1718L);
  private static final String LONG = "ü".repeat(100); // its length takes two bytes

  private final byte[] target = new byte[2_048];
  private final FrameEncoder encoder = new FrameEncoder();

  private static Append append() {
    List<TagValue> tags = List.of(new TagValue("größe", "1"), new TagValue("b", "zwei"));
    return Append.of(
            ID,
            List.of(
                new NewEvent("opened", 300, tags, Bytes.utf8("data")),
                new NewEvent("e", 32_767, List.of(), Bytes.EMPTY)))
        .forTenant(new Tenant("shop"))
        .with(new Metadata("c", LONG, "trace", "actor"))
        .causedBy(new CommandRecord("id", "pay", -5, Bytes.utf8("{}")));
  }

  private static ByteBuffer text(ByteBuffer out, String text) {
    return out.put(text.getBytes(StandardCharsets.UTF_8));
  }

  private static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static ByteBuffer header(int kind, int flags, int events, long position, UUID id) {
    ByteBuffer out = ByteBuffer.allocate(1_024).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0).putInt(0).putLong(GROUP.salt()).putLong(77).putLong(8_888);
    out.put((byte) kind).put((byte) 0).putShort((short) flags).putInt(events).putLong(position);
    return out.putLong(GROUP.timeMicros())
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits());
  }

  /** The frame of {@link #append}, as the document draws it. */
  private static byte[] drawn() {
    ByteBuffer out = header(1, 0b11_1111, 2, 99, ID);
    int meta = 2 + (2 + length(LONG)) + 6 + 6;
    int command = 3 + 4 + 8 + 3;
    int content = 80 + meta + command;
    out.putInt(content).putInt(0);
    text(out.put((byte) 1), "c");
    text(out.put((byte) (0x80 | (200 & 0x7F))).put((byte) (200 >> 7)), LONG);
    text(out.put((byte) 5), "trace");
    text(out.put((byte) 5), "actor");
    text(out.put((byte) 2), "id");
    text(out.put((byte) 3), "pay");
    text(out.putLong(-5).put((byte) 2), "{}");
    assertThat(out.position()).isEqualTo(content);
    text(out.putInt(content).putShort((short) 4), "shop");
    int first = 14 + 6 + (3 + length("größe:1")) + (3 + 6) + 4;
    out.putInt(first).putInt(out.position() - 4 - content).putShort((short) 300);
    text(out.put((byte) 2).put((byte) 0).putShort((short) 6), "opened");
    text(out.putShort((short) length("größe:1")).put((byte) length("größe")), "größe:1");
    text(out.putShort((short) 6).put((byte) 1), "b:zwei");
    text(out, "data");
    out.putInt(15).putInt(out.position() - 4 - content).putShort((short) 32_767);
    text(out.put((byte) 0).put((byte) 0).putShort((short) 1), "e");
    return finished(out);
  }

  private static byte[] finished(ByteBuffer out) {
    byte[] frame = new byte[out.position()];
    out.putInt(4, frame.length).get(0, frame);
    CRC32C crc = new CRC32C();
    crc.update(frame, 4, frame.length - 4);
    LittleEndian.putInt(frame, 0, (int) crc.getValue());
    return frame;
  }

  private void assertStandsAlone(byte[] frame) {
    int aligned = (frame.length + 7) / 8 * 8;
    assertThat(Arrays.copyOfRange(target, AT, AT + frame.length)).isEqualTo(frame);
    assertThat(Arrays.copyOfRange(target, AT + frame.length, AT + aligned))
        .as("the zeros after it")
        .isEqualTo(new byte[aligned - frame.length]);
    assertThat(target[AT - 1]).isEqualTo((byte) 0x5A);
    assertThat(target[AT + aligned]).isEqualTo((byte) 0x5A);
  }

  @Test
  void anAppendIsAsTheFormatDrawsIt() {
    Arrays.fill(target, (byte) 0x5A);
    int length = encoder.append(target, AT, GROUP, append(), 99);
    byte[] drawn = drawn();
    assertThat(length).isEqualTo(drawn.length).isEqualTo((int) FrameSize.of(append()));
    assertStandsAlone(drawn);
  }

  @Test
  void aMarkerIsAsTheFormatDrawsIt() {
    for (boolean clean : List.of(true, false)) {
      Arrays.fill(target, (byte) 0x5A);
      encoder.marker(target, AT, GROUP, clean, 100);
      ByteBuffer out = header(2, clean ? 256 : 0, 0, 100, new UUID(0, 0));
      assertStandsAlone(finished(out.putInt(80).putInt(0)));
    }
  }

  @Test
  void whatIsComparedIsTheContentOfTheFrame() {
    byte[] drawn = drawn();
    int content = LittleEndian.getInt(drawn, 72);
    int length = encoder.content(target, append());
    assertThat(length).isEqualTo(drawn.length - content);
    assertThat(Arrays.copyOfRange(target, 4, length))
        .isEqualTo(Arrays.copyOfRange(drawn, content + 4, drawn.length));
    assertThat(LittleEndian.getInt(target, 0)).isZero();
  }

  @Test
  void whatAllEventsShareIsReadFromThere() {
    byte[] drawn = drawn();
    System.arraycopy(drawn, 0, target, AT, drawn.length);
    FrameView view = new FrameView(ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN), AT);
    assertThat(view.id()).isEqualTo(ID);
    assertThat(view.first()).isEqualTo(99);
    assertThat(view.last()).isEqualTo(100);
    assertThat(view.time()).isEqualTo(Instant.parse("2023-11-14T22:13:20.123456Z"));
    assertThat(view.append().command()).isEqualTo(append().command());
    assertThat(view.append().metadata()).isEqualTo(append().metadata());
  }

  @Test
  void aTimeIsTheSameInMicrosecondsAlsoBefore1970() {
    for (long micros :
        new long[] {-1, 0, 1, 999_999, 1_000_000, -1_000_001, 1_700_000_000_123_456L}) {
      assertThat(FrameView.micros(FrameView.instant(micros))).isEqualTo(micros);
    }
    assertThat(FrameView.instant(-1)).isEqualTo(Instant.EPOCH.minusNanos(1_000));
  }

  @Test
  void aLengthTakesAsManyBytesAsItsSevenBitsNeed() {
    int[] lengths = {0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, Integer.MAX_VALUE};
    int[] bytes = {1, 1, 2, 2, 3, 3, 4, 5};
    for (int i = 0; i < lengths.length; i++) {
      assertThat(Frame.varintBytes(lengths[i])).isEqualTo(bytes[i]);
    }
  }
}
