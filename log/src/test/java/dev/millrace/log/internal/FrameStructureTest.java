package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.seam.DiskFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is wrong inside a frame is said, whatever its checksum. */
final class FrameStructureTest {
  private static final SampleLog SAMPLE = SampleLog.of(1, 41);
  private static final int AT = SegmentHeader.BYTES;

  private final List<Integer> events = new ArrayList<>();
  private byte[] bytes;
  private int content;

  @BeforeEach
  void read() throws IOException {
    DiskFile file = SAMPLE.copy().disk().open("000000000001.seg");
    bytes = new byte[(int) file.size()];
    file.read(0, bytes.length).get(bytes);
    content = LittleEndian.getInt(bytes, AT + Frame.CONTENT);
    events.clear();
    assertThat(problem()).isNull();
    assertThat(events).hasSize(2);
  }

  private String problem() {
    events.clear();
    return FrameStructure.problem(bytes, AT, (array, at) -> events.add(at));
  }

  private String with(int offset, int value) {
    int before = LittleEndian.getInt(bytes, offset);
    LittleEndian.putInt(bytes, offset, value);
    String problem = problem();
    LittleEndian.putInt(bytes, offset, before);
    assertThat(problem()).isNull();
    return problem;
  }

  private String withByte(int offset, int value) {
    byte before = bytes[offset];
    bytes[offset] = (byte) value;
    String problem = problem();
    bytes[offset] = before;
    return problem;
  }

  @Test
  void eachProblemIsNamed() {
    int length = LittleEndian.getInt(bytes, AT + Frame.LENGTH);
    assertThat(with(AT + Frame.CONTENT, 79)).isEqualTo("a frame's content begins at 79");
    assertThat(with(AT + Frame.CONTENT, length - 5))
        .isEqualTo("a frame's content begins at " + (length - 5));
    assertThat(with(AT + Frame.CONTENT, length - 6)).contains("does not point to its beginning");
    assertThat(with(AT + Frame.CONTENT, -1)).contains("begins at -1");
    assertThat(with(AT + content, content + 1)).contains("does not point to its beginning");
    assertThat(with(AT + Frame.EVENTS, 3))
        .isEqualTo("event 2 of a frame: it begins at the end of the frame");
    assertThat(with(AT + Frame.EVENTS, 1)).contains("bytes after its last event");
    assertThat(with(AT + Frame.EVENTS, 0)).contains("bytes after its last event");
    problem();
    int second = events.get(1);
    assertThat(with(second, 13)).isEqualTo("event 1 of a frame: its length is 13");
    assertThat(with(second, AT + length - second + 1)).contains("event 1", "its length is");
    assertThat(with(second, AT + length - second - 1)).contains("bytes after its last event");
    assertThat(with(second + Frame.EVENT_BACK, 1)).contains("does not point to the content");
    assertThat(withByte(second + Frame.EVENT_TAGS, 9)).containsPattern("tag|tags");
    assertThat(withByte(second + Frame.EVENT_TYPE_LENGTH, 0xFF)).containsPattern("tag|tags");
    int tag = second + Frame.EVENT_TYPE + bytes[second + Frame.EVENT_TYPE_LENGTH];
    assertThat(withByte(tag, 0x70)).contains("its tags are longer than it is");
    assertThat(withByte(AT + content + Frame.CONTENT_TENANT_LENGTH, 99)).contains("event 0");
  }
}
