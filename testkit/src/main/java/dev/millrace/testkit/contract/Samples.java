package dev.millrace.testkit.contract;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.TagValue;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Events and appends for tests, in one line each. */
final class Samples {
  private static final AtomicLong IDS = new AtomicLong();

  private Samples() {}

  /** An id that no other append of this run has. */
  static UUID id() {
    return new UUID(0x4D696C6C_72614000L, IDS.incrementAndGet() | Long.MIN_VALUE);
  }

  /** An event whose data are its type and tags. */
  static NewEvent event(String type, String... tags) {
    return event(type, Bytes.utf8(type + List.of(tags)), tags);
  }

  /** An event that carries a number. */
  static NewEvent numbered(String type, long number, String... tags) {
    return event(type, Bytes.utf8(Long.toString(number)), tags);
  }

  static NewEvent event(String type, Bytes data, String... tags) {
    return new NewEvent(type, 1, tags(tags), data);
  }

  static List<TagValue> tags(String... tags) {
    List<TagValue> result = new ArrayList<>();
    for (String tag : tags) {
      result.add(TagValue.parse(tag));
    }
    return result;
  }

  static TagValue tag(String tag) {
    return TagValue.parse(tag);
  }

  static Append append(NewEvent... events) {
    return Append.of(id(), List.of(events));
  }

  /** An append that holds only when nothing matches. */
  static Append guarded(Query query, long after, NewEvent... events) {
    return append(events).onlyIf(AppendCondition.noneMatching(query, after));
  }
}
