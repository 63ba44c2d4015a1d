package dev.millrace.core;

import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.Fences;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.core.readmodel.RowsVersion;
import dev.millrace.core.readmodel.SlotCheckpoint;
import dev.millrace.core.readmodel.SlotCheckpoints;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A read model in memory that several runtimes share, as a database on a server; may be wrong. */
final class SharedMemory implements ReadModel<MemoryTables>, Fences<MemoryTables> {
  private static final String FENCES = "millrace_fence";

  private final MemoryReadModel rows = new MemoryReadModel();
  private final Fault fault;
  private final Deque<Long> began = new ArrayDeque<>();
  private LongSupplier clock = () -> 0;
  private boolean keepsVersions;
  private boolean isFenced = true;

  /** What is planted. */
  enum Fault {
    /** Nothing. */
    NONE,
    /** Commits do not compare. */
    NOT_FENCED,
    /** Who takes over leaves the epoch as it is. */
    NOT_RAISED
  }

  SharedMemory(Fault fault) {
    this.fault = fault;
  }

  /** With it, transactions say when they began. */
  void clock(LongSupplier nanos) {
    clock = nanos;
  }

  /** When the transaction of this moment began; those that wait run others within them. */
  long began() {
    return began.getFirst();
  }

  MemoryReadModel rows() {
    return rows;
  }

  /** As a database in the process, which no other one opens. */
  SharedMemory ofOneProcess() {
    isFenced = false;
    return this;
  }

  @Override
  public Optional<Fences<MemoryTables>> fences() {
    return isFenced ? Optional.of(this) : Optional.empty();
  }

  private static Map<Integer, Fence> of(MemoryTables tables, String processor) {
    Map<Integer, Fence> found = tables.<String, Map<Integer, Fence>>table(FENCES).get(processor);
    return found == null ? new TreeMap<>() : new TreeMap<>(found);
  }

  @Override
  public List<Fence> all(MemoryTables tables, String context, String processor) {
    return List.copyOf(of(tables, processor).values());
  }

  /** What a transaction in memory has seen must be so still when it commits: it is held. */
  @Override
  public List<Fence> hold(
      MemoryTables tables, String context, String processor, Collection<Integer> shares, Hold why) {
    Map<Integer, Fence> all = of(tables, processor);
    List<Fence> found = new ArrayList<>();
    for (int share : new TreeSet<>(shares)) {
      Fence one = all.get(share);
      if (one != null) {
        found.add(
            fault == Fault.NOT_FENCED && why != Hold.TAKING
                ? new Fence(share, 0, one.position())
                : one);
      }
    }
    return found;
  }

  @Override
  public void add(MemoryTables tables, String context, String processor, List<Fence> fences) {
    Map<Integer, Fence> all = of(tables, processor);
    fences.forEach(one -> all.put(one.share(), one));
    tables.<String, Map<Integer, Fence>>table(FENCES).put(processor, Map.copyOf(all));
  }

  @Override
  public void save(MemoryTables tables, String context, String processor, List<Fence> fences) {
    Map<Integer, Fence> all = of(tables, processor);
    List<Fence> saved = new ArrayList<>();
    for (Fence one : fences) {
      Fence before = all.getOrDefault(one.share(), one);
      long epoch = fault == Fault.NOT_RAISED ? before.epoch() : one.epoch();
      saved.add(new Fence(one.share(), Math.max(before.epoch(), epoch), one.position()));
    }
    add(tables, context, processor, saved);
  }

  @Override
  public void remove(MemoryTables tables, String context, String processor) {
    tables.<String, Map<Integer, Fence>>table(FENCES).remove(processor);
  }

  @Override
  public <V> V transact(Work<MemoryTables, V> work) throws Exception {
    began.addFirst(clock.getAsLong());
    try {
      return rows.transact(work);
    } finally {
      began.removeFirst();
    }
  }

  @Override
  public Optional<Checkpoint> checkpoint(MemoryTables tables, String context, String processor) {
    return rows.checkpoint(tables, context, processor);
  }

  @Override
  public void save(MemoryTables tables, Checkpoint checkpoint) {
    rows.save(tables, checkpoint);
  }

  @Override
  public List<String> blocked(MemoryTables tables, String context, String processor) {
    return rows.blocked(tables, context, processor);
  }

  @Override
  public void saveBlocked(
      MemoryTables tables, String context, String processor, String id, @Nullable String document) {
    rows.saveBlocked(tables, context, processor, id, document);
  }

  @Override
  public SlotCheckpoints slots(MemoryTables tables, Checkpoint of) {
    return rows.slots(tables, of);
  }

  @Override
  public void makeSlots(MemoryTables tables, Checkpoint of, String ordering, int slots) {
    rows.makeSlots(tables, of, ordering, slots);
  }

  /** With a fault, what was done before is not found out here either. */
  @Override
  public boolean finish(MemoryTables tables, Checkpoint of, SlotCheckpoint finished) {
    return rows.finish(tables, of, finished) || fault != Fault.NONE;
  }

  @Override
  public boolean advance(MemoryTables tables, long from, Checkpoint to) throws Exception {
    if (fault == Fault.NONE) {
      return rows.advance(tables, from, to);
    }
    save(tables, to);
    return true;
  }

  @Override
  public void forgetProgress(MemoryTables tables, String context, String processor) {
    rows.forgetProgress(tables, context, processor);
  }

  /** Versions stand beside each other. */
  SharedMemory keepingVersions() {
    keepsVersions = true;
    return this;
  }

  @Override
  public boolean keepsVersions(boolean createsTables) {
    return keepsVersions;
  }

  @Override
  public List<RowsVersion> versions(MemoryTables tables, String context, String processor) {
    return rows.versions(tables, context, processor);
  }

  @Override
  public void addVersion(MemoryTables tables, RowsVersion version) {
    rows.addVersion(tables, version);
  }

  @Override
  public void setState(MemoryTables tables, RowsVersion version, RowsVersion.State state) {
    rows.setState(tables, version, state);
  }

  @Override
  public void show(MemoryTables tables, RowsVersion version, List<String> shown) {
    rows.show(tables, version, shown);
  }

  @Override
  public void dropVersion(MemoryTables tables, RowsVersion version) {
    rows.dropVersion(tables, version);
  }

  @Override
  public void forgetVersion(MemoryTables tables, RowsVersion version) {
    rows.forgetVersion(tables, version);
  }

  @Override
  public <V> V transact(RowsVersion version, Work<MemoryTables, V> work) throws Exception {
    began.addFirst(clock.getAsLong());
    try {
      return rows.transact(version, work);
    } finally {
      began.removeFirst();
    }
  }

  @Override
  public void close() {}
}
