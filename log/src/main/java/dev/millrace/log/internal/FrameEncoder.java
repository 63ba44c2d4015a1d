package dev.millrace.log.internal;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Writes frames into a group's buffer; see {@link Frame} for the layout. */
final class FrameEncoder {
  private final CRC32C crc = new CRC32C();
  private byte[] out = new byte[0];
  private ByteBuffer outBuffer = ByteBuffer.wrap(out);

  /** What all frames of a group have in common. */
  record Group(long salt, long number, long durable, long timeMicros) {}

  /**
   * Writes an append at an index of a buffer; returns its length, without the zeros that follow.
   */
  int append(byte[] target, int at, Group group, Append append, long firstPosition) {
    use(target);
    int flags = flags(append.metadata(), append.command());
    header(at, group, Frame.KIND_APPEND, flags, firstPosition);
    LittleEndian.putInt(out, at + Frame.EVENTS, append.events().size());
    LittleEndian.putLong(out, at + Frame.ID_HIGH, append.id().getMostSignificantBits());
    LittleEndian.putLong(out, at + Frame.ID_LOW, append.id().getLeastSignificantBits());
    int content = command(metadata(at + Frame.HEADER_BYTES, append.metadata()), append.command());
    LittleEndian.putInt(out, at + Frame.CONTENT, content - at);
    LittleEndian.putInt(out, content, content - at);
    int end = content(content, append);
    Frame.finish(out, at, end - at, crc);
    return end - at;
  }

  /** Writes a marker at an index of a buffer. */
  void marker(byte[] target, int at, Group group, boolean clean, long nextPosition) {
    use(target);
    header(at, group, Frame.KIND_MARKER, clean ? Frame.CLEAN : 0, nextPosition);
    LittleEndian.putInt(out, at + Frame.EVENTS, 0);
    LittleEndian.putLong(out, at + Frame.ID_HIGH, 0);
    LittleEndian.putLong(out, at + Frame.ID_LOW, 0);
    LittleEndian.putInt(out, at + Frame.CONTENT, Frame.HEADER_BYTES);
    Frame.finish(out, at, Frame.HEADER_BYTES, crc);
  }

  /** Writes only the content of an append, to compare it with one that is stored. */
  int content(byte[] target, Append append) {
    use(target);
    LittleEndian.putInt(out, 0, 0);
    return content(0, append);
  }

  @SuppressWarnings("ReferenceEquality") // the same array, not one that looks like it
  private void use(byte[] target) {
    if (target != out) {
      out = target;
      outBuffer = ByteBuffer.wrap(target);
    }
  }

  private void header(int at, Group group, int kind, int flags, long position) {
    LittleEndian.putLong(out, at + Frame.SALT, group.salt());
    LittleEndian.putLong(out, at + Frame.GROUP, group.number());
    LittleEndian.putLong(out, at + Frame.DURABLE, group.durable());
    LittleEndian.putInt(out, at + Frame.KIND, kind | flags << 16);
    LittleEndian.putLong(out, at + Frame.FIRST, position);
    LittleEndian.putLong(out, at + Frame.TIME, group.timeMicros());
    LittleEndian.putInt(out, at + Frame.CONTENT + 4, 0);
  }

  private static int flags(Metadata metadata, @Nullable CommandRecord command) {
    int flags = 0;
    flags |= metadata.correlationId() == null ? 0 : Frame.HAS_CORRELATION;
    flags |= metadata.causationId() == null ? 0 : Frame.HAS_CAUSATION;
    flags |= metadata.traceparent() == null ? 0 : Frame.HAS_TRACEPARENT;
    flags |= metadata.actor() == null ? 0 : Frame.HAS_ACTOR;
    if (command != null) {
      flags |= Frame.HAS_COMMAND;
      flags |= command.payload() == null ? 0 : Frame.HAS_PAYLOAD;
    }
    return flags;
  }

  private int metadata(int at, Metadata metadata) {
    int next = text(at, metadata.correlationId());
    next = text(next, metadata.causationId());
    next = text(next, metadata.traceparent());
    return text(next, metadata.actor());
  }

  private int command(int at, @Nullable CommandRecord command) {
    if (command == null) {
      return at;
    }
    int next = text(text(at, command.id()), command.type());
    LittleEndian.putLong(out, next, command.digest());
    next += Long.BYTES;
    if (command.payload() != null) {
      next = varint(next, command.payload().length());
      outBuffer.position(next);
      command.payload().copyTo(outBuffer);
      next += command.payload().length();
    }
    return next;
  }

  private int content(int content, Append append) {
    int next = content + Frame.CONTENT_TENANT;
    int end = Utf8.encode(append.tenant().name(), out, next);
    LittleEndian.putShort(out, content + Frame.CONTENT_TENANT_LENGTH, end - next);
    List<NewEvent> events = append.events();
    for (int i = 0; i < events.size(); i++) {
      end = event(content, end, events.get(i));
    }
    return end;
  }

  private int event(int content, int at, NewEvent event) {
    List<TagValue> tags = event.tags();
    LittleEndian.putInt(out, at + Frame.EVENT_BACK, at - content);
    LittleEndian.putShort(out, at + Frame.EVENT_VERSION, event.schemaVersion());
    LittleEndian.putShort(out, at + Frame.EVENT_TAGS, tags.size());
    int next = Utf8.encode(event.type(), out, at + Frame.EVENT_TYPE);
    LittleEndian.putShort(out, at + Frame.EVENT_TYPE_LENGTH, next - at - Frame.EVENT_TYPE);
    for (int i = 0; i < tags.size(); i++) {
      next = tag(next, tags.get(i));
    }
    outBuffer.position(next);
    event.data().copyTo(outBuffer);
    next += event.data().length();
    LittleEndian.putInt(out, at + Frame.EVENT_LENGTH, next - at);
    return next;
  }

  private int tag(int at, TagValue tag) {
    int start = at + Frame.TAG_TEXT;
    int colon = Utf8.encode(tag.name(), out, start);
    out[colon] = ':';
    int end = Utf8.encode(tag.value(), out, colon + 1);
    LittleEndian.putShort(out, at + Frame.TAG_LENGTH, end - start);
    out[at + Frame.TAG_NAME_LENGTH] = (byte) (colon - start);
    return end;
  }

  private int text(int at, @Nullable String text) {
    if (text == null) {
      return at;
    }
    return Utf8.encode(text, out, varint(at, Utf8.length(text)));
  }

  private int varint(int at, int value) {
    int next = at;
    int rest = value;
    while (rest >>> 7 != 0) {
      out[next++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[next++] = (byte) rest;
    return next;
  }
}
