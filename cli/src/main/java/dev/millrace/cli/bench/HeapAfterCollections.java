package dev.millrace.cli.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/** How much of this JVM's heap was in use after each collection: what grows there, leaks. */
final class HeapAfterCollections implements AutoCloseable {
  private final List<Long> used = new ArrayList<>();
  private final NotificationListener listener = this::collected;

  HeapAfterCollections() {
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) bean).addNotificationListener(listener, null, null);
    }
  }

  private void collected(Notification notification, Object handback) {
    if (notification.getUserData() instanceof CompositeData data) {
      long bytes =
          GarbageCollectionNotificationInfo.from(data)
              .getGcInfo()
              .getMemoryUsageAfterGc()
              .values()
              .stream()
              .mapToLong(MemoryUsage::getUsed)
              .sum();
      synchronized (used) {
        used.add(bytes);
      }
    }
  }

  /** The median of the first quarter of the collections, in bytes; 0 when there was none. */
  long early() {
    return median(0, 4);
  }

  /** The median of the last quarter, in bytes; 0 when there was none. */
  long late() {
    return median(3, 4);
  }

  private long median(int quarter, int of) {
    synchronized (used) {
      List<Long> part =
          used.subList(used.size() * quarter / of, used.size() * (quarter + 1) / of).stream()
              .sorted()
              .toList();
      return part.isEmpty() ? 0 : part.get(part.size() / 2);
    }
  }

  @Override
  public void close() {
    for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      try {
        ((NotificationEmitter) bean).removeNotificationListener(listener);
      } catch (ListenerNotFoundException e) {
        throw new IllegalStateException("nobody else removes it", e);
      }
    }
  }
}
