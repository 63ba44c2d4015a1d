package dev.millrace.log.internal;

import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Makes records of events; what the events of one frame share is decoded once. For one thread. */
final class EventDecoder {
  private final Names names;
  private long frameFirst = -1;
  private UUID id = new UUID(0, 0);
  private Instant time = Instant.EPOCH;
  private Tenant tenant = Tenant.DEFAULT;
  private Metadata metadata = Metadata.NONE;

  EventDecoder(Names names) {
    this.names = names;
  }

  RecordedEvent decode(EventView event, long position) {
    long first = event.framePosition();
    if (first != frameFirst) {
      frame(event);
      frameFirst = first;
    }
    ByteBuffer bytes = event.bytes();
    int at = event.at();
    int typeLength = event.typeLength();
    String type = names.text(bytes, at + Frame.EVENT_TYPE, typeLength);
    int count = bytes.get(at + Frame.EVENT_TAGS);
    int next = at + Frame.EVENT_TYPE + typeLength;
    List<TagValue> tags = List.of();
    if (count > 0) {
      TagValue[] some = new TagValue[count];
      for (int i = 0; i < count; i++) {
        int length = Short.toUnsignedInt(bytes.getShort(next + Frame.TAG_LENGTH));
        some[i] = tag(bytes, next, length);
        next += Frame.TAG_TEXT + length;
      }
      tags = count == 1 ? List.of(some[0]) : List.of(some);
    }
    byte[] data = new byte[at + event.length() - next];
    bytes.get(next, data);
    return new RecordedEvent(
        position,
        new EventId(id, (int) (position - first)),
        type,
        Short.toUnsignedInt(bytes.getShort(at + Frame.EVENT_VERSION)),
        time,
        tenant,
        tags,
        Bytes.wrap(data),
        metadata);
  }

  private TagValue tag(ByteBuffer bytes, int at, int length) {
    int nameLength = Byte.toUnsignedInt(bytes.get(at + Frame.TAG_NAME_LENGTH));
    int start = at + Frame.TAG_TEXT;
    String name = names.text(bytes, start, nameLength);
    return new TagValue(name, Names.decode(bytes, start + nameLength + 1, length - nameLength - 1));
  }

  private void frame(EventView event) {
    ByteBuffer bytes = event.frameBytes();
    int at = event.frameAt();
    FrameView frame = new FrameView(bytes, at);
    id = frame.id();
    time = frame.time();
    metadata = frame.metadata();
    int content = at + bytes.getInt(at + Frame.CONTENT);
    int length = Short.toUnsignedInt(bytes.getShort(content + Frame.CONTENT_TENANT_LENGTH));
    String name = names.text(bytes, content + Frame.CONTENT_TENANT, length);
    tenant = name.equals(Tenant.DEFAULT.name()) ? Tenant.DEFAULT : new Tenant(name);
  }
}
