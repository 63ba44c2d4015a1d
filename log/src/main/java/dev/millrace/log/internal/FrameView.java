package dev.millrace.log.internal;

import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.StoredAppend;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Decodes what all events of a frame share. */
final class FrameView {
  private final ByteBuffer bytes;
  private final int at;
  private int next;

  /** A frame whose bytes, at least up to its content, are at an index. */
  FrameView(ByteBuffer bytes, int at) {
    this.bytes = bytes;
    this.at = at;
  }

  long first() {
    return bytes.getLong(at + Frame.FIRST);
  }

  long last() {
    return first() + bytes.getInt(at + Frame.EVENTS) - 1;
  }

  UUID id() {
    return new UUID(bytes.getLong(at + Frame.ID_HIGH), bytes.getLong(at + Frame.ID_LOW));
  }

  Instant time() {
    return instant(bytes.getLong(at + Frame.TIME));
  }

  Metadata metadata() {
    next = at + Frame.HEADER_BYTES;
    int flags = flags();
    if ((flags & 0xF) == 0) {
      return Metadata.NONE;
    }
    String correlation = (flags & Frame.HAS_CORRELATION) == 0 ? null : text();
    String causation = (flags & Frame.HAS_CAUSATION) == 0 ? null : text();
    String traceparent = (flags & Frame.HAS_TRACEPARENT) == 0 ? null : text();
    String actor = (flags & Frame.HAS_ACTOR) == 0 ? null : text();
    return new Metadata(correlation, causation, traceparent, actor);
  }

  StoredAppend append() {
    Metadata metadata = metadata();
    CommandRecord command = (flags() & Frame.HAS_COMMAND) == 0 ? null : command();
    return new StoredAppend(id(), first(), last(), time(), metadata, command);
  }

  private CommandRecord command() {
    String id = text();
    String type = text();
    long digest = bytes.getLong(next);
    next += Long.BYTES;
    @Nullable Bytes payload = null;
    if ((flags() & Frame.HAS_PAYLOAD) != 0) {
      byte[] copy = new byte[varint()];
      bytes.get(next, copy);
      payload = Bytes.wrap(copy);
    }
    return new CommandRecord(id, type, digest, payload);
  }

  private int flags() {
    return Short.toUnsignedInt(bytes.getShort(at + Frame.FLAGS));
  }

  private String text() {
    int length = varint();
    String text = Names.decode(bytes, next, length);
    next += length;
    return text;
  }

  private int varint() {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte one = bytes.get(next++);
      value |= (one & 0x7F) << shift;
      if (one >= 0) {
        return value;
      }
    }
  }

  static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
  }

  static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
