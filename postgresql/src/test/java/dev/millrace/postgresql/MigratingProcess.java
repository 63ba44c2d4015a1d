package dev.millrace.postgresql;

import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.StoreMigration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The process that is killed while it moves a store: it says how far it is, line by line, and stops
 * where it is to be killed.
 */
final class MigratingProcess {
  private MigratingProcess() {}

  /** Takes the URLs of source and target, and after how many lines it waits for its end. */
  public static void main(String[] arguments) {
    AtomicInteger left = new AtomicInteger(Integer.parseInt(arguments[2]));
    try (EventStore source = EventStore.open(arguments[0])) {
      StoreMigration.run(
          source,
          arguments[1],
          (work, position, head) -> {
            System.out.println(work + " " + position + " " + head);
            if (left.decrementAndGet() == 0) {
              while (true) {
                LockSupport.park();
              }
            }
          });
    }
    System.out.println("done");
  }
}
