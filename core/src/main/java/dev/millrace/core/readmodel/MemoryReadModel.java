package dev.millrace.core.readmodel;

import dev.millrace.core.store.StoreMismatchException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
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
  private static final String VERSIONS = "millrace_version";

  /** A transaction that was overtaken so often is run while nobody else may commit. */
  private static final int OPTIMISTIC = 8;

  private final MemoryRowsInUse shared = new MemoryRowsInUse();

  @Override
  public <V> V transact(Work<MemoryTables, V> work) throws Exception {
    return transactIn(null, work);
  }

  @Override
  public <V> V transact(RowsVersion version, Work<MemoryTables, V> work) throws Exception {
    return transactIn(version, work);
  }

  private <V> V transactIn(@Nullable RowsVersion version, Work<MemoryTables, V> work)
      throws Exception {
    for (int attempt = 1; attempt <= OPTIMISTIC; attempt++) {
      MemoryTables tables = tables(version);
      V result = work.run(tables);
      if (tables.commit()) {
        return result;
      }
    }
    shared.lock();
    try {
      MemoryTables tables = tables(version);
      V result = work.run(tables);
      if (!tables.commit()) {
        throw new IllegalStateException("somebody changed rows beside the holder of the lock");
      }
      return result;
    } finally {
      shared.unlock();
    }
  }

  /** A version that was dropped meanwhile has none. */
  private MemoryTables tables(@Nullable RowsVersion version) {
    MemoryTables tables = new MemoryTables(shared, version);
    if (version != null
        && version.isKept()
        && versions(tables, version.context(), version.processor()).stream()
            .noneMatch(one -> one.version() == version.version())) {
      throw new StoreMismatchException(
          "rows of version "
              + version.version()
              + " of projection '"
              + version.processor()
              + "' are not kept any more; resume the processor to have it look what there is now");
    }
    return tables;
  }

  /** Reads; the tables must not be changed, nor used after the function has returned. */
  public <V> V read(Function<MemoryTables, V> query) {
    shared.lock();
    try {
      return query.apply(new MemoryTables(shared, null));
    } finally {
      shared.unlock();
    }
  }

  @Override
  public Optional<Checkpoint> checkpoint(MemoryTables tables, String context, String processor) {
    return Optional.ofNullable(
        tables.<String, Checkpoint>inPlace(CHECKPOINTS).get(context + "/" + processor));
  }

  @Override
  public void save(MemoryTables tables, Checkpoint checkpoint) {
    tables
        .<String, Checkpoint>inPlace(CHECKPOINTS)
        .put(checkpoint.context() + "/" + checkpoint.processor(), checkpoint);
  }

  @Override
  public List<String> blocked(MemoryTables tables, String context, String processor) {
    return List.copyOf(blockedOf(tables, context, processor).values());
  }

  private static Map<String, String> blockedOf(
      MemoryTables tables, String context, String processor) {
    Map<String, String> blocked =
        tables.<String, Map<String, String>>inPlace(BLOCKED).get(context + "/" + processor);
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
        .<String, Map<String, String>>inPlace(BLOCKED)
        .put(context + "/" + processor, Collections.unmodifiableMap(blocked));
  }

  /** The slots of a processor, and for what they were made. */
  private record Slots(Checkpoint of, String ordering, int count) {}

  @Override
  public SlotCheckpoints slots(MemoryTables tables, Checkpoint of) {
    Slots made = tables.<String, Slots>inPlace(SLOTS).get(name(of));
    if (made == null || !made.of().equals(start(of))) {
      return SlotCheckpoints.NONE;
    }
    List<SlotCheckpoint> all = new ArrayList<>();
    for (int slot = 0; slot < made.count(); slot++) {
      SlotCheckpoint found =
          tables.<Integer, SlotCheckpoint>inPlace(SLOTS + "/" + name(of)).get(slot);
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
    tables.<Integer, SlotCheckpoint>inPlace(SLOTS + "/" + name(of)).clear();
    tables.<String, Slots>inPlace(SLOTS).put(name(of), new Slots(start(of), ordering, slots));
  }

  @Override
  public boolean finish(MemoryTables tables, Checkpoint of, SlotCheckpoint finished) {
    Slots made = tables.<String, Slots>inPlace(SLOTS).get(name(of));
    if (made == null || !made.of().equals(start(of))) {
      return false;
    }
    SlotCheckpoint before = tables.committed(SLOTS + "/" + name(of), finished.slot());
    if (before != null && before.coversAnyOf(finished)) {
      return false;
    }
    tables.atCommit(locked -> {
      MemoryTables.Table<Integer, SlotCheckpoint> table = locked.inPlace(SLOTS + "/" + name(of));
      table.merge(finished.slot(), finished, SlotCheckpoint::and);
    });
    return true;
  }

  @Override
  public void forgetProgress(MemoryTables tables, String context, String processor) {
    tables.<Integer, SlotCheckpoint>inPlace(SLOTS + "/" + context + "/" + processor).clear();
    tables.<String, Slots>inPlace(SLOTS).remove(context + "/" + processor);
    tables.<String, Map<String, String>>inPlace(BLOCKED).remove(context + "/" + processor);
  }

  @Override
  public boolean keepsVersions(boolean createsTables) {
    return true;
  }

  @Override
  public List<RowsVersion> versions(MemoryTables tables, String context, String processor) {
    List<RowsVersion> kept =
        tables.<String, List<RowsVersion>>inPlace(VERSIONS).get(context + "/" + processor);
    return kept == null ? List.of() : kept;
  }

  @Override
  public void addVersion(MemoryTables tables, RowsVersion version) {
    List<RowsVersion> kept =
        new ArrayList<>(versions(tables, version.context(), version.processor()));
    kept.add(version);
    kept.sort(Comparator.comparingInt(RowsVersion::version));
    keep(tables, version, kept);
  }

  @Override
  public void setState(MemoryTables tables, RowsVersion version, RowsVersion.State state) {
    change(tables, version, one -> one.in(state));
  }

  @Override
  public void show(MemoryTables tables, RowsVersion version, List<String> shown) {
    change(
        tables,
        version,
        one ->
            new RowsVersion(
                one.context(), one.processor(), one.version(), one.place(), one.state(), shown));
  }

  private void change(
      MemoryTables tables, RowsVersion version, UnaryOperator<RowsVersion> otherwise) {
    keep(
        tables,
        version,
        versions(tables, version.context(), version.processor()).stream()
            .map(one -> one.version() == version.version() ? otherwise.apply(one) : one)
            .toList());
  }

  @Override
  public void dropVersion(MemoryTables tables, RowsVersion version) {
    tables.clear(version);
    forgetProgress(tables, version.context(), version.progressName());
    tables
        .<String, Checkpoint>inPlace(CHECKPOINTS)
        .remove(version.context() + "/" + version.progressName());
    forgetVersion(tables, version);
  }

  @Override
  public void forgetVersion(MemoryTables tables, RowsVersion version) {
    keep(
        tables,
        version,
        versions(tables, version.context(), version.processor()).stream()
            .filter(one -> one.version() != version.version())
            .toList());
  }

  private static void keep(MemoryTables tables, RowsVersion version, List<RowsVersion> kept) {
    String name = version.context() + "/" + version.processor();
    tables.<String, List<RowsVersion>>inPlace(VERSIONS).put(name, List.copyOf(kept));
    String live =
        kept.stream().filter(RowsVersion::isLive).findFirst().map(RowsVersion::place).orElse("");
    tables.<String, String>inPlace(MemoryTables.LIVE).put(name, live);
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
