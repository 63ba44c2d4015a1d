package dev.millrace.core.readmodel;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The committed rows of a {@link MemoryReadModel}. Safe for use from many threads. */
final class MemoryRowsInUse {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, SortedRows> tables = new TreeMap<>();

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
