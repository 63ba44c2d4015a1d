package dev.millrace.log.internal;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long the frame of an append will be, found without writing it, on the caller's thread. */
final class FrameSize {
  private FrameSize() {}

  /** The exact length, without the zeros that follow. */
  static long of(Append append) {
    long bytes = Frame.HEADER_BYTES + metadata(append.metadata()) + command(append.command());
    return bytes + content(append);
  }

  static long content(Append append) {
    long bytes = (long) Frame.CONTENT_TENANT + Utf8.length(append.tenant().name());
    List<NewEvent> events = append.events();
    for (int i = 0; i < events.size(); i++) {
      bytes += event(events.get(i));
    }
    return bytes;
  }

  private static long event(NewEvent event) {
    long bytes = (long) Frame.EVENT_TYPE + Utf8.length(event.type());
    List<TagValue> tags = event.tags();
    for (int i = 0; i < tags.size(); i++) {
      TagValue tag = tags.get(i);
      bytes += Frame.TAG_TEXT + Utf8.length(tag.name()) + 1 + Utf8.length(tag.value());
    }
    return bytes + event.data().length();
  }

  private static long metadata(Metadata metadata) {
    return text(metadata.correlationId())
        + text(metadata.causationId())
        + text(metadata.traceparent())
        + text(metadata.actor());
  }

  private static long command(@Nullable CommandRecord command) {
    if (command == null) {
      return 0;
    }
    long bytes = text(command.id()) + text(command.type()) + Long.BYTES;
    if (command.payload() != null) {
      int length = command.payload().length();
      bytes += Frame.varintBytes(length) + (long) length;
    }
    return bytes;
  }

  private static long text(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    int length = Utf8.length(text);
    return Frame.varintBytes(length) + (long) length;
  }
}
