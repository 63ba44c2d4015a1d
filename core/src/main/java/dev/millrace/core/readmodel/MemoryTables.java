package dev.millrace.core.readmodel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a {@link MemoryReadModel} within a transaction. It keeps what it changes to itself
 * until it commits; then what it has read must still be so, or it is run again. Used by one thread.
 */
public final class MemoryTables {
  /** Where the tables are that are live, by projection. */
  static final String LIVE = "millrace_live";

  /** How names of tables begin that belong to no version. */
  public static final String OWN = "millrace_";

  private final MemoryRowsInUse shared;
  private final Map<String, Changes> changes = new LinkedHashMap<>();
  private final List<Consumer<MemoryTables>> atCommit = new ArrayList<>();

  /** What a transaction has seen and wants to change in a table. */
  private static final class Changes {
    final Map<Object, @Nullable Object> seen = new HashMap<>();
    final Map<Object, @Nullable Object> written = new HashMap<>();
    long seenVersion = -1;
    boolean cleared;
  }

  private final @Nullable RowsVersion version;

  /**
   * Begins.
   *
   * @param version whose tables these are; null: those that are live
   */
  MemoryTables(MemoryRowsInUse shared, @Nullable RowsVersion version) {
    this.shared = shared;
    this.version = version;
  }

  /**
   * A table by name, created empty. Keys must be comparable with each other. One whose name begins
   * with {@value #OWN} is the same for all versions.
   */
  public <K, V> Table<K, V> table(String name) {
    return inPlace(placed(name));
  }

  /** A table that is the same for all versions. */
  <K, V> Table<K, V> inPlace(String name) {
    return new Table<>(name, changes.computeIfAbsent(name, first -> new Changes()));
  }

  /** Whose tables a name is of, is known from those who keep them: a live one may be empty. */
  private String placed(String name) {
    if (name.startsWith(OWN)) {
      return name;
    }
    if (version != null) {
      shared.keeps(version.context() + "/" + version.processor(), name);
      return placed(version.place(), name);
    }
    String keeper = shared.keeper(name);
    String live = keeper == null ? null : this.<String, String>inPlace(LIVE).get(keeper);
    return live == null ? name : placed(live, name);
  }

  private static String placed(String place, String name) {
    return place.isEmpty() ? name : place + "." + name;
  }

  /** All rows of a version are gone when the transaction commits. */
  void clear(RowsVersion of) {
    List<String> names = of.place().isEmpty() ? of.tables() : shared.names(of.place() + ".");
    names.forEach(name -> inPlace(name).clear());
  }

  /**
   * Does something more under the lock of the commit, on rows that no other transaction changes.
   */
  void atCommit(Consumer<MemoryTables> work) {
    atCommit.add(work);
  }

  /** A value as it is now, whatever becomes of it before the commit. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // one type of values a table
  <V> @Nullable V committed(String table, Object key) {
    return (V) shared.get(table, key);
  }

  /** Makes the changes those of everybody; false: something that was read is not so any more. */
  boolean commit() {
    shared.lock();
    try {
      for (Map.Entry<String, Changes> one : changes.entrySet()) {
        if (!isStillSo(one.getKey(), one.getValue())) {
          return false;
        }
      }
      atCommit.forEach(work -> work.accept(this));
      changes.forEach(this::apply);
      return true;
    } finally {
      shared.unlock();
    }
  }

  private boolean isStillSo(String table, Changes of) {
    if (of.seenVersion >= 0 && of.seenVersion != shared.version(table)) {
      return false;
    }
    for (Map.Entry<Object, @Nullable Object> one : of.seen.entrySet()) {
      if (!Objects.equals(shared.get(table, one.getKey()), one.getValue())) {
        return false;
      }
    }
    return true;
  }

  private void apply(String table, Changes of) {
    if (of.cleared) {
      shared.clear(table);
    }
    of.written.forEach((key, value) -> shared.put(table, key, value));
  }

  /** A sorted table of immutable values. */
  public final class Table<K, V> {
    private final String name;
    private final Changes of;

    private Table(String name, Changes of) {
      this.name = name;
      this.of = of;
    }

    /** The value of a key, or null. */
    @SuppressWarnings("unchecked") // a table is used with one type of values
    public @Nullable V get(K key) {
      if (of.written.containsKey(key)) {
        return (V) of.written.get(key);
      }
      if (of.cleared) {
        return null;
      }
      if (!of.seen.containsKey(key)) {
        of.seen.put(key, shared.get(name, key));
      }
      return (V) of.seen.get(key);
    }

    /** Sets the value of a key. */
    public void put(K key, V value) {
      of.written.put(key, value);
    }

    /** Sets the value of a key, or combines it with the one that is there. */
    public void merge(K key, V value, BinaryOperator<V> combine) {
      V before = get(key);
      put(key, before == null ? value : combine.apply(before, value));
    }

    /** Removes a key. */
    public void remove(K key) {
      of.written.put(key, null);
    }

    /** Removes all keys. */
    public void clear() {
      of.cleared = true;
      of.written.clear();
    }

    /** How many keys. */
    public int size() {
      return rows().size();
    }

    /** All rows, in the order of the keys. */
    @SuppressWarnings("unchecked") // a table is used with one type of keys and of values
    public List<Map.Entry<K, V>> rows() {
      List<Map.Entry<K, V>> entries = new ArrayList<>();
      all().forEach((key, value) -> entries.add(Map.entry((K) key, (V) value)));
      return entries;
    }

    private Map<Object, Object> all() {
      TreeMap<Object, Object> all = new TreeMap<>();
      if (!of.cleared) {
        long version = shared.copy(name, all);
        of.seenVersion = of.seenVersion < 0 ? version : of.seenVersion;
      }
      of.written.forEach((key, value) -> {
        if (value == null) {
          all.remove(key);
        } else {
          all.put(key, value);
        }
      });
      return all;
    }
  }
}
