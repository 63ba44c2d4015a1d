package dev.millrace.log.internal;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.log.LogScavenge;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes events of some types out of frames. Something stands in each one's place, so that positions
 * and ordinals stay; the payload of the command that caused them goes, too. The frame says that it
 * was changed: its append id is still recognized, but nothing can be compared with it any more.
 */
final class EventRemoval {
  private static final NewEvent REMOVED =
      new NewEvent(LogScavenge.REMOVED, 1, List.of(), Bytes.EMPTY);

  private final Set<String> types;
  private final long beforeMicros;
  private final FrameEncoder encoder = new FrameEncoder();
  private byte[] buffer = new byte[64 * 1024];
  private long events;
  private long appends;

  /**
   * Of events that were recorded before a time.
   *
   * @param beforeMicros since 1970
   */
  EventRemoval(Set<String> types, long beforeMicros) {
    this.types = types;
    this.beforeMicros = beforeMicros;
  }

  /** How many events were removed. */
  long events() {
    return events;
  }

  /** How many appends had such events. */
  long appends() {
    return appends;
  }

  /** The changed frame, which is in {@link #buffer()}; its length, or 0 when nothing changes. */
  int change(byte[] frames, int at) {
    if (LittleEndian.getLong(frames, at + Frame.TIME) >= beforeMicros) {
      return 0;
    }
    List<NewEvent> kept = new ArrayList<>();
    int[] removed = new int[1];
    String wrong =
        FrameStructure.problem(
            frames,
            at,
            (bytes, event) -> {
              NewEvent one = event(bytes, event);
              boolean goes = types.contains(one.type());
              removed[0] += goes ? 1 : 0;
              kept.add(goes ? REMOVED : one);
            });
    if (wrong != null) {
      throw new IllegalStateException(wrong);
    }
    if (removed[0] == 0) {
      return 0;
    }
    events += removed[0];
    appends++;
    return encode(frames, at, kept);
  }

  byte[] buffer() {
    return buffer;
  }

  private int encode(byte[] frames, int at, List<NewEvent> kept) {
    ByteBuffer in = ByteBuffer.wrap(frames).order(ByteOrder.LITTLE_ENDIAN);
    StoredAppend stored = new FrameView(in, at).append();
    Append append =
        Append.of(stored.id(), kept).forTenant(tenant(frames, at)).with(stored.metadata());
    CommandRecord command = withoutPayload(stored.command());
    if (command != null) {
      append = append.causedBy(command);
    }
    int needed = Frame.aligned(Math.toIntExact(FrameSize.of(append)));
    if (buffer.length < needed) {
      buffer = new byte[needed];
    }
    long micros = LittleEndian.getLong(frames, at + Frame.TIME);
    FrameEncoder.Group group = new FrameEncoder.Group(0, 0, 0, micros);
    int length = encoder.append(buffer, 0, group, append, stored.first());
    int flags = LittleEndian.getShort(buffer, Frame.FLAGS) | Frame.SCAVENGED;
    LittleEndian.putShort(buffer, Frame.FLAGS, flags);
    return length;
  }

  private static @Nullable CommandRecord withoutPayload(@Nullable CommandRecord command) {
    return command == null
        ? null
        : new CommandRecord(command.id(), command.type(), command.digest(), null);
  }

  private static Tenant tenant(byte[] frames, int at) {
    int content = at + LittleEndian.getInt(frames, at + Frame.CONTENT);
    int length = LittleEndian.getShort(frames, content + Frame.CONTENT_TENANT_LENGTH);
    return new Tenant(text(frames, content + Frame.CONTENT_TENANT, length));
  }

  private static NewEvent event(byte[] bytes, int at) {
    int typeLength = LittleEndian.getShort(bytes, at + Frame.EVENT_TYPE_LENGTH);
    String type = text(bytes, at + Frame.EVENT_TYPE, typeLength);
    int next = at + Frame.EVENT_TYPE + typeLength;
    List<TagValue> tags = new ArrayList<>();
    for (int i = 0; i < bytes[at + Frame.EVENT_TAGS]; i++) {
      int length = LittleEndian.getShort(bytes, next + Frame.TAG_LENGTH);
      tags.add(TagValue.parse(text(bytes, next + Frame.TAG_TEXT, length)));
      next += Frame.TAG_TEXT + length;
    }
    int end = at + LittleEndian.getInt(bytes, at + Frame.EVENT_LENGTH);
    int version = LittleEndian.getShort(bytes, at + Frame.EVENT_VERSION);
    return new NewEvent(
        type, version, tags, Bytes.wrap(java.util.Arrays.copyOfRange(bytes, next, end)));
  }

  private static String text(byte[] bytes, int at, int length) {
    return new String(bytes, at, length, StandardCharsets.UTF_8);
  }
}
