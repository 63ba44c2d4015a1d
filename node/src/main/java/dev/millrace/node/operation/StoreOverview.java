package dev.millrace.node.operation;

import dev.millrace.core.store.DiskRoom;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreActivity;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** What a page shows of a store: room on its disk, and the tags over which appends conflict. */
final class StoreOverview {
  private static final int TAGS = 5;

  private StoreOverview() {}

  /** Writes the members that are known; a store that is closed has none. */
  static void write(JsonGenerator json, EventStore store) {
    json.writeStartObject();
    Optional<StoreActivity> activity;
    try {
      activity = store.activity();
    } catch (MillraceException closed) {
      activity = Optional.empty();
    }
    activity.ifPresent(known -> write(json, known));
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, StoreActivity activity) {
    DiskRoom disk = activity.disk();
    if (disk != null) {
      json.writeName("disk");
      json.writeStartObject();
      json.writeStringProperty("state", disk.state().name().toLowerCase(Locale.ROOT));
      json.writeNumberProperty("usedPercent", disk.usedPercent());
      json.writeNumberProperty("warnPercent", disk.warnPercent());
      json.writeNumberProperty("usableBytes", disk.usableBytes());
      json.writeNumberProperty("reserveBytes", disk.reserveBytes());
      json.writeNumberProperty("totalBytes", disk.totalBytes());
      json.writeEndObject();
    }
    json.writeNumberProperty("conflicts", activity.conflicts());
    json.writeName("hotTags");
    json.writeStartArray();
    for (StoreActivity.HotTag hot : activity.hotTags().stream().limit(TAGS).toList()) {
      json.writeStartObject();
      json.writeStringProperty("tag", hot.tag());
      json.writeNumberProperty("conflicts", hot.conflicts());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
