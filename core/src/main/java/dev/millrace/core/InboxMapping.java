package dev.millrace.core;

import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.StructuredCloudEvents;
import dev.millrace.core.spi.CodecException;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What is appended for a message: a function of the message and the inbox alone. */
final class InboxMapping {
  private static final String KIND = "millrace:inbox";
  private static final int MAX_REASON = 1_000;

  private final Context context;
  private final Inbox inbox;
  private final Map<String, String> names;

  InboxMapping(Context context, Inbox inbox) {
    this.context = context;
    this.inbox = inbox;
    this.names = inbox.names(context.catalog());
  }

  /** Null: it is not taken. */
  @Nullable Append appendFor(Message message) {
    String name = names.get(message.type());
    if (name == null) {
      return null;
    }
    try {
      var unused = context.codec().decodeFields(message.data());
      Tenant tenant = inbox.tenantOf(message);
      List<TagValue> tags = inbox.tagsOf(message);
      NewEvent event = new NewEvent(name, context.catalog().versionOf(name), tags, message.data());
      return append(message, appendId(message, ""), tenant, event);
    } catch (CodecException | IllegalArgumentException unfit) {
      return setAside(message, String.valueOf(unfit.getMessage()));
    }
  }

  /** The message as it is, with why it did not become an event. */
  Append setAside(Message message, String reason) {
    String text = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason;
    NewEvent event =
        context.writeEvent(
            new MessageSetAside(
                inbox.name(),
                message.source(),
                message.id(),
                message.type(),
                text,
                StructuredCloudEvents.write(message).utf8()));
    UUID id =
        appendId(
            message,
            new Fingerprint().add(message.type()).add(message.data().buffer()).add(text).toText());
    return append(message, id, Tenant.DEFAULT, event);
  }

  boolean isSetAside(Append append) {
    return append.events().get(0).type().equals(MessageSetAside.NAME);
  }

  /** Stands in the store, to know a message that comes again: its form must never change. */
  private UUID appendId(Message message, String aside) {
    return new Fingerprint()
        .add(KIND)
        .add(context.name())
        .add(message.source())
        .add(message.id())
        .add(aside)
        .toUuid();
  }

  private Append append(Message message, UUID id, Tenant tenant, NewEvent event) {
    Metadata metadata =
        new Metadata(
            message.correlationId(),
            message.id(),
            message.traceparent(),
            "channel:" + inbox.channel());
    return new Append(id, tenant, List.of(event), AppendCondition.NONE, metadata, null);
  }
}
