package dev.millrace.log;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.spi.MasterKey;
import dev.millrace.log.wiring.FileKeyProvider;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * Makes a sample of the newest version of the format, which {@link FormatTest} opens for ever
 * after:
 *
 * <pre>
 * mvn -pl log -am test -Dtest=FormatTest -Dmillrace.sample=$PWD/log/src/test/resources/format/3
 * </pre>
 *
 * <p>{@code store} is a store of a sealed segment with its index, an active one, and a snapshot;
 * {@code backup} a backup of it; {@code events.txt} what is in them. In a folder whose name ends in
 * {@code -encrypted} there is also {@code master.key}, with which they are made and opened.
 */
final class FormatSample {
  static final SnapshotKey KEY = new SnapshotKey("balance", 2, "print", Tenant.DEFAULT, "a-1");
  static final String STATE = "{\"cents\":4711}";
  private static final String MASTER_KEY = "master.key";

  private FormatSample() {}

  /** Makes one in a folder. */
  static void make(Path folder) throws IOException {
    Files.createDirectories(folder);
    if (folder.getFileName().toString().endsWith("-encrypted")) {
      FileKeyProvider.create(folder.resolve(MASTER_KEY));
    }
    Encryption encryption = encryption(folder);
    Path path = folder.resolve("store");
    for (int process = 0; process < 2; process++) { // the second makes the index of the first
      try (LogEventStore store = open(path, encryption)) {
        for (int number = 0; process == 0 && number < 8; number++) {
          var unused = store.append(append(number)).join();
        }
        if (process == 1) {
          store.snapshots().save(new Snapshot(KEY, store.identity(), 5, Bytes.utf8(STATE))).join();
          Files.write(folder.resolve("events.txt"), describe(store));
        }
      }
    }
    LogFolder.backup(
        RealDisk.at(path),
        RealDisk.at(folder.resolve("backup")),
        SystemSeams.shared(),
        LogProgress.NONE);
    Files.delete(path.resolve("lock"));
    Files.deleteIfExists(folder.resolve("backup").resolve("lock"));
  }

  /** With the key of a sample, when it has one. */
  static Encryption encryption(Path sample) throws IOException {
    Path key = sample.resolve(MASTER_KEY);
    return Files.exists(key)
        ? Encryption.with(MasterKey.of(HexFormat.of().parseHex(Files.readString(key).strip())))
        : Encryption.NONE;
  }

  static LogEventStore open(Path folder, Encryption encryption) {
    return LogEventStore.open(
        RealDisk.at(folder), SystemSeams.shared(), Workloads.TINY, encryption);
  }

  /** One of each kind: with and without metadata, command, tags; other tenants; all of Unicode. */
  private static Append append(int number) {
    List<NewEvent> events = new ArrayList<>();
    for (int i = 0; i <= number % 3; i++) {
      List<TagValue> tags =
          switch (i) {
            case 0 -> List.of(new TagValue("account", "a-" + number % 2));
            case 1 ->
                List.of(new TagValue("account", "ä/" + number), new TagValue("größe", "😀:x"));
            default -> List.of();
          };
      Bytes data =
          i == 2
              ? Bytes.wrap(new byte[] {0, 1, (byte) 0x80, (byte) 0xFF})
              : Bytes.utf8("{\"number\":" + number + "}" + " ".repeat(150 * number));
      events.add(new NewEvent(i == 1 ? "Größeres" : "opened", 1 + 300 * i, tags, data));
    }
    Append append = Append.of(new UUID(0x1234_5678_9ABC_DEF0L, number), events);
    if (number % 2 == 1) {
      append = append.with(new Metadata("correlation", "causation-" + number, null, "actor ü"));
    }
    if (number % 4 == 2) {
      append =
          append
              .with(new Metadata(null, null, "00-0af7651916cd43dd8448eb211c80319c-01", null))
              .causedBy(new CommandRecord("command-" + number, "open", -7L * number, null));
    }
    if (number % 4 == 3) {
      append = append.causedBy(new CommandRecord("c", "pay", 1, Bytes.utf8("{\"cents\":1}")));
    }
    return number == 5 ? append.forTenant(new Tenant("another-tenant")) : append;
  }

  /** Everything that a store says of its events and appends. */
  static List<String> describe(EventStore store) {
    List<String> lines = new ArrayList<>();
    List<RecordedEvent> events =
        store.read(Query.all().acrossTenants(), 1, Direction.FORWARD, 10_000).events();
    lines.add("head " + store.head());
    for (RecordedEvent event : events) {
      lines.add(
          String.join(
              " | ",
              Long.toString(event.position()),
              event.id().toString(),
              event.type() + " " + event.schemaVersion(),
              event.time().toString(),
              event.tenant().name(),
              event.tags().toString(),
              event.metadata().toString(),
              HexFormat.of().formatHex(event.data().toArray())));
      if (event.id().ordinal() == 0) {
        lines.add("  " + store.find(event.id().append()).orElseThrow());
      }
    }
    for (String tag : List.of("account:a-0", "account:a-1", "account:ä/4", "größe:😀:x")) {
      lines.add(tag + " " + positions(store, Query.tags(TagValue.parse(tag)).acrossTenants()));
    }
    lines.add("Größeres " + positions(store, Query.types("Größeres").acrossTenants()));
    return lines;
  }

  private static List<Long> positions(EventStore store, Query query) {
    return store.read(query, 1, Direction.FORWARD, 10_000).events().stream()
        .map(RecordedEvent::position)
        .toList();
  }
}
