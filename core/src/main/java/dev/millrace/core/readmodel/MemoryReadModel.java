package dev.millrace.core.readmodel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A read model in memory: tables are sorted maps. It is gone when the process ends, and is filled
 * again from the store at the next start. Transactions run beside each other; one that has read
 * what another has changed meanwhile is run again.
 */
public final class MemoryReadModel implements ReadModel<MemoryTables> {
  private static final String CHECKPOINTS = "millrace_checkpoint";
  private static final String BLOCKED = "millrace_blocked_key";
  private static final String SLOTS = "millrace_slot";

  /** A transaction that was overtaken so often is run while nobody else may commit. */
  private static final int OPTIMISTIC = 8;

  private final MemoryRowsInUse shared = new MemoryRowsInUse();

  @Override
  public <V> V transact(Work<MemoryTables, V> work) throws Exception {
    for (int attempt = 1; attempt <= OPTIMISTIC; attempt++) {
      MemoryTables tables = new MemoryTables(shared);
      V result = work.run(tables);
      if (tables.commit()) {
        return result;
      }
    }
    shared.lock();
    try {
      MemoryTables tables = new MemoryTables(shared);
      V result = work.run(tables);
      if (!tables.commit()) {
        throw new IllegalStateException("somebody changed rows beside the holder of the lock");
      }
      return result;
    } finally {
      shared.unlock();
    }
  }

  /** Reads; the tables must not be changed, nor used after the function has returned. */
  public <V> V read(Function<MemoryTables, V> query) {
    shared.lock();
    try {
      return query.apply(new MemoryTables(shared));
    } finally {
      shared.unlock();
    }
  }

  @Override
  public Optional<Checkpoint> checkpoint(MemoryTables tables, String context, String processor) {
    return Optional.ofNullable(
        tables.<String, Checkpoint>table(CHECKPOINTS).get(context + "/" + processor));
  }

  @Override
  public void save(MemoryTables tables, Checkpoint checkpoint) {
    tables
        .<String, Checkpoint>table(CHECKPOINTS)
        .put(checkpoint.context() + "/" + checkpoint.processor(), checkpoint);
  }

  @Override
  public List<String> blocked(MemoryTables tables, String context, String processor) {
    return List.copyOf(blockedOf(tables, context, processor).values());
  }

  private static Map<String, String> blockedOf(
      MemoryTables tables, String context, String processor) {
    Map<String, String> blocked =
        tables.<String, Map<String, String>>table(BLOCKED).get(context + "/" + processor);
    return blocked == null ? Map.of() : blocked;
  }

  @Override
  public void saveBlocked(
      MemoryTables tables, String context, String processor, String id, @Nullable String document) {
    Map<String, String> blocked = new TreeMap<>(blockedOf(tables, context, processor));
    if (document == null) {
      blocked.remove(id);
    } else {
      blocked.put(id, document);
    }
    tables
        .<String, Map<String, String>>table(BLOCKED)
        .put(context + "/" + processor, Collections.unmodifiableMap(blocked));
  }

  /** The slots of a processor, and for what they were made. */
  private record Slots(Checkpoint of, String ordering, int count) {}

  @Override
  public SlotCheckpoints slots(MemoryTables tables, Checkpoint of) {
    Slots made = tables.<String, Slots>table(SLOTS).get(name(of));
    if (made == null || !made.of().equals(start(of))) {
      return SlotCheckpoints.NONE;
    }
    List<SlotCheckpoint> all = new ArrayList<>();
    for (int slot = 0; slot < made.count(); slot++) {
      SlotCheckpoint found =
          tables.<Integer, SlotCheckpoint>table(SLOTS + "/" + name(of)).get(slot);
      all.add(found == null ? SlotCheckpoint.empty(slot) : found);
    }
    return new SlotCheckpoints(made.ordering(), all);
  }

  private static String name(Checkpoint of) {
    return of.context() + "/" + of.processor();
  }

  private static Checkpoint start(Checkpoint of) {
    return new Checkpoint(of.context(), of.processor(), of.version(), of.store(), 0);
  }

  @Override
  public void makeSlots(MemoryTables tables, Checkpoint of, String ordering, int slots) {
    tables.<Integer, SlotCheckpoint>table(SLOTS + "/" + name(of)).clear();
    tables.<String, Slots>table(SLOTS).put(name(of), new Slots(start(of), ordering, slots));
  }

  @Override
  public boolean finish(MemoryTables tables, Checkpoint of, SlotCheckpoint finished) {
    Slots made = tables.<String, Slots>table(SLOTS).get(name(of));
    if (made == null || !made.of().equals(start(of))) {
      return false;
    }
    SlotCheckpoint before = tables.committed(SLOTS + "/" + name(of), finished.slot());
    if (before != null && before.coversAnyOf(finished)) {
      return false;
    }
    tables.atCommit(locked -> {
      MemoryTables.Table<Integer, SlotCheckpoint> table = locked.table(SLOTS + "/" + name(of));
      table.merge(finished.slot(), finished, SlotCheckpoint::and);
    });
    return true;
  }

  @Override
  public void forgetProgress(MemoryTables tables, String context, String processor) {
    tables.<Integer, SlotCheckpoint>table(SLOTS + "/" + context + "/" + processor).clear();
    tables.<String, Slots>table(SLOTS).remove(context + "/" + processor);
    tables.<String, Map<String, String>>table(BLOCKED).remove(context + "/" + processor);
  }

  @Override
  public RowPage rows(MemoryTables tables, RowQuery query) {
    return new MemoryRows(query).read(tables.<Object, Object>table(query.table()).rows());
  }

  @Override
  public List<String> key(MemoryTables tables, String table) {
    return List.of(MemoryRows.KEY);
  }

  @Override
  public void close() {}
}
