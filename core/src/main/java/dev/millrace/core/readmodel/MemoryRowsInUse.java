package dev.millrace.core.readmodel;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The committed rows of a {@link MemoryReadModel}. Safe for use from many threads. */
final class MemoryRowsInUse {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, SortedRows> tables = new TreeMap<>();
  private final Map<String, String> keepers = new ConcurrentHashMap<>();

  /** A table, and how often it was changed. */
  private static final class SortedRows {
    final TreeMap<Object, Object> rows = new TreeMap<>();
    long version;
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  private SortedRows table(String name) {
    return tables.computeIfAbsent(name, absent -> new SortedRows());
  }

  /** A projection keeps a table of this name, in one of its versions. */
  void keeps(String projection, String table) {
    if (!projection.equals(keepers.get(table))) {
      keepers.put(table, projection);
    }
  }

  /** The projection that keeps a table of this name; null: none has so far. */
  @Nullable String keeper(String table) {
    return keepers.get(table);
  }

  /** The tables whose names begin so. */
  List<String> names(String prefix) {
    lock.lock();
    try {
      return tables.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
    } finally {
      lock.unlock();
    }
  }

  @Nullable Object get(String table, Object key) {
    lock.lock();
    try {
      return table(table).rows.get(key);
    } finally {
      lock.unlock();
    }
  }

  /** Sets a value; null removes it. */
  void put(String table, Object key, @Nullable Object value) {
    lock.lock();
    try {
      SortedRows sorted = table(table);
      sorted.version++;
      if (value == null) {
        sorted.rows.remove(key);
      } else {
        sorted.rows.put(key, value);
      }
    } finally {
      lock.unlock();
    }
  }

  void clear(String table) {
    lock.lock();
    try {
      SortedRows sorted = table(table);
      sorted.version++;
      sorted.rows.clear();
    } finally {
      lock.unlock();
    }
  }

  long version(String table) {
    lock.lock();
    try {
      return table(table).version;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Copies all rows.
   *
   * @return how often the table was changed before
   */
  long copy(String table, Map<Object, Object> to) {
    lock.lock();
    try {
      to.putAll(table(table).rows);
      return table(table).version;
    } finally {
      lock.unlock();
    }
  }
}
