package dev.millrace.testkit.process;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreFullException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;

/**
 * The process that is killed: it carries out an {@link AppendLoad} and writes one line for each
 * answer, as soon as it has it. A line ends with a full stop, so that one that the kill has cut is
 * known.
 *
 * <pre>
 * ok 2003 17 512.       append 17 of caller 2003 has its first event at position 512
 * conflict 2003 17 511. its condition did not hold, which must not happen
 * failed 2003 17 why.   it may or may not be stored
 * closed.               all was done or had failed, and the store was closed
 * </pre>
 */
public final class AppendingProcess {
  /** Answers that the disk is full before a caller gives up. */
  private static final int PATIENCE = 20;

  private final EventStore store;
  private final AppendLoad load;

  private AppendingProcess(EventStore store, AppendLoad load) {
    this.store = store;
    this.load = load;
  }

  /** Takes what {@link AppendLoad} gives as arguments. */
  public static void main(String[] arguments) throws InterruptedException {
    AppendLoad load = AppendLoad.parse(arguments);
    try (EventStore store = EventStore.open(load.url())) {
      new AppendingProcess(store, load).run();
    } catch (MillraceException failed) {
      say("failed " + failed.getClass().getSimpleName());
      return;
    }
    say("closed");
  }

  private void run() throws InterruptedException {
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < load.callers(); i++) {
      int caller = load.caller(i);
      callers.add(Thread.ofPlatform().start(() -> append(caller)));
    }
    for (Thread caller : callers) {
      caller.join();
    }
  }

  /** After a failure it tries one more: a store that has failed must not acknowledge anything. */
  private void append(int caller) {
    long newest = 0;
    int failures = 0;
    for (int number = 0; number < load.appends() && failures < 2; number++) {
      try {
        switch (patiently(AppendLoad.append(caller, number, newest))) {
          case Appended appended -> {
            newest = appended.last();
            say("ok " + caller + " " + number + " " + appended.first());
          }
          case Conflict conflict ->
              say("conflict " + caller + " " + number + " " + conflict.position());
        }
      } catch (CompletionException failed) {
        failures++;
        say("failed " + caller + " " + number + " " + cause(failed).getClass().getSimpleName());
      }
    }
  }

  private AppendResult patiently(Append append) {
    for (int refused = 0; ; refused++) {
      try {
        return store.append(append).join();
      } catch (CompletionException failed) {
        if (!(cause(failed) instanceof StoreFullException) || refused == PATIENCE) {
          throw failed;
        }
      }
    }
  }

  private static Throwable cause(CompletionException failed) {
    return Objects.requireNonNullElse(failed.getCause(), failed);
  }

  private static void say(String line) {
    synchronized (System.out) {
      System.out.print(line + ".\n");
      System.out.flush();
    }
  }
}
