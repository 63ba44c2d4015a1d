package dev.millrace.cli;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** Fills a data folder with a few events. */
final class TestStore {
  private TestStore() {}

  /** Makes a store with so many {@code counted} events, each with the tag {@code number:N}. */
  static void fill(Path data, int events) {
    try (EventStore store = open(data)) {
      append(store, 1, events);
    }
  }

  static EventStore open(Path data) {
    return EventStore.open("log:" + data.resolve("log"));
  }

  /** Appends {@code counted} events, the first with this number. */
  static void append(EventStore store, int first, int events) {
    for (int number = first; number < first + events; number++) {
      store.append(Append.of(id(number), List.of(counted(number)))).join();
    }
  }

  static void appendFor(EventStore store, String tenant, int number) {
    Append append = Append.of(id(number), List.of(counted(number)));
    store.append(append.forTenant(new Tenant(tenant))).join();
  }

  static void appendBinary(EventStore store, int number) {
    NewEvent event =
        new NewEvent("sealed", 1, List.of(), Bytes.wrap(new byte[] {(byte) 0xff, 0, 1}));
    store.append(Append.of(id(number), List.of(event))).join();
  }

  private static NewEvent counted(int number) {
    return new NewEvent(
        number % 2 == 0 ? "counted" : "odd-counted",
        1,
        List.of(new TagValue("number", Integer.toString(number)), new TagValue("all", "yes")),
        Bytes.utf8("{\"number\":" + number + ",\"amount\":12.50,\"words\":[\"a\",\"b\"]}"));
  }

  private static UUID id(int number) {
    return UUID.nameUUIDFromBytes(("event " + number).getBytes(StandardCharsets.UTF_8));
  }
}
