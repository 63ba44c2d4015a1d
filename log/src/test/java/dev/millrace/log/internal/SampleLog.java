package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogOptions;
import dev.millrace.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A small log on a simulated disk, made once; each test changes a copy. */
final class SampleLog {
  private static final LogOptions TINY =
      LogOptions.DEFAULT.withSegmentBytes(8192).withPrepareBytes(4096).withReserveBytes(0);

  private final Simulation whole;
  private final List<RecordedEvent> events;

  private SampleLog(Simulation whole, List<RecordedEvent> events) {
    this.whole = whole;
    this.events = events;
  }

  /** Of some appends of two events, each in a group of its own, and closed. */
  static SampleLog of(int appends, int dataBytes) {
    Simulation simulation = Simulation.of(7);
    LogEventStore store = open(simulation);
    for (int i = 0; i < appends; i++) {
      var unused = simulation.await(store.append(append(i, dataBytes)));
    }
    List<RecordedEvent> events = read(store, Query.all().acrossTenants());
    simulation.await(store.closing());
    Simulation again = simulation.afterKill(7); // makes the index files that are missing
    LogEventStore reopened = open(again);
    again.await(reopened.closing());
    return new SampleLog(again, events);
  }

  private static Append append(int number, int dataBytes) {
    List<TagValue> tags =
        List.of(new TagValue("number", "" + number), new TagValue("odd", "" + number % 2));
    return Append.of(
            new UUID(3, number + 1),
            List.of(
                new NewEvent("made", 1, tags, Bytes.utf8("x".repeat(dataBytes))),
                new NewEvent("kept", 2, tags.subList(0, 1), Bytes.utf8("y" + number))))
        .forTenant(number % 3 == 2 ? new Tenant("other") : Tenant.DEFAULT)
        .with(new Metadata("correlation", null, null, "actor"))
        .causedBy(new CommandRecord("command-" + number, "make", 42, Bytes.utf8("{}")));
  }

  /** A copy, as the next process finds it. */
  Simulation copy() {
    return whole.afterKill(7);
  }

  /** What was appended. */
  List<RecordedEvent> events() {
    return events;
  }

  static LogEventStore open(Simulation simulation) {
    return open(simulation, simulation.disk());
  }

  static LogEventStore open(Simulation simulation, Disk disk) {
    return simulation.await(LogEventStore.opening(disk, simulation.seams(), TINY));
  }

  static List<RecordedEvent> read(EventStore store, Query query) {
    return new ArrayList<>(store.read(query, 1, Direction.FORWARD, EventStore.MAX_PAGE).events());
  }
}
