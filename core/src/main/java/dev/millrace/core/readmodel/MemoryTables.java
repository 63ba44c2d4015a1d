package dev.millrace.core.readmodel;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The tables of a {@link MemoryReadModel} within a transaction; changes are undone on rollback. */
public final class MemoryTables {
  private final Map<String, Map<Object, Object>> tables = new TreeMap<>();
  private final Deque<Runnable> undo = new ArrayDeque<>();

  MemoryTables() {}

  /** A table by name, created empty. Keys must be comparable with each other. */
  public <K, V> Table<K, V> table(String name) {
    return new Table<>(tables.computeIfAbsent(name, absent -> new TreeMap<>()));
  }

  void end(boolean commit) {
    if (!commit) {
      while (!undo.isEmpty()) {
        undo.pop().run();
      }
    }
    undo.clear();
  }

  /** A sorted table of immutable values. */
  public final class Table<K, V> {
    private final Map<Object, Object> rows;

    private Table(Map<Object, Object> rows) {
      this.rows = rows;
    }

    /** The value of a key, or null. */
    @SuppressWarnings("unchecked") // a table is used with one type of values
    public @Nullable V get(K key) {
      return (V) rows.get(key);
    }

    /** Sets the value of a key. */
    public void put(K key, V value) {
      Object before = rows.put(key, value);
      undo.push(() -> restore(key, before));
    }

    /** Sets the value of a key, or combines it with the one that is there. */
    public void merge(K key, V value, BinaryOperator<V> combine) {
      V before = get(key);
      put(key, before == null ? value : combine.apply(before, value));
    }

    /** Removes a key. */
    public void remove(K key) {
      Object before = rows.remove(key);
      undo.push(() -> restore(key, before));
    }

    /** Removes all keys. */
    public void clear() {
      for (Object key : new ArrayList<>(rows.keySet())) {
        Object before = rows.remove(key);
        undo.push(() -> restore(key, before));
      }
    }

    /** How many keys. */
    public int size() {
      return rows.size();
    }

    /** All rows, in the order of the keys. */
    @SuppressWarnings("unchecked") // a table is used with one type of keys and of values
    public List<Map.Entry<K, V>> rows() {
      List<Map.Entry<K, V>> entries = new ArrayList<>(rows.size());
      Consumer<Map.Entry<Object, Object>> add =
          row -> entries.add(Map.entry((K) row.getKey(), (V) row.getValue()));
      rows.entrySet().forEach(add);
      return entries;
    }

    private void restore(Object key, @Nullable Object before) {
      if (before == null) {
        rows.remove(key);
      } else {
        rows.put(key, before);
      }
    }
  }
}
