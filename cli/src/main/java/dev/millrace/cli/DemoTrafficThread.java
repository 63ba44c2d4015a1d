package dev.millrace.cli;

import dev.millrace.cli.config.Configuration;
import dev.millrace.retail.ImportListener;
import dev.millrace.retail.ImportProgress;
import dev.millrace.retail.ImportStoppedException;
import dev.millrace.retail.RetailApplication;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Keeps the shop busy beside what shows it, until there is no more to do, or it is stopped. */
final class DemoTrafficThread {
  private final Work work;
  private final StopSignal stop = new StopSignal();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Thread thread = Thread.ofVirtual().name("millrace-demo").unstarted(this::run);

  /** Sends commands until it is stopped or has no more. */
  private interface Work {
    void run(StopSignal stop) throws Exception;
  }

  private DemoTrafficThread(Work work) {
    this.work = work;
  }

  static DemoTrafficThread seeded(
      RetailApplication application, DemoTally tally, Configuration configuration) {
    return new DemoTrafficThread(stop -> tally.accepted.get());
  }

  static DemoTrafficThread importing(
      RetailApplication application, DemoTally tally, List<Path> files) {
    return new DemoTrafficThread(stop -> {
      try {
        application.importer().run(files, new Counting(tally, stop));
      } catch (ImportStoppedException e) {
        return; // as it was asked
      }
    });
  }

  private record Counting(DemoTally tally, StopSignal stop) implements ImportListener {
    @Override
    public void progressed(ImportProgress progress) {
      tally.accepted.set(progress.commands());
    }

    @Override
    public boolean goesOn() {
      return !stop.requested();
    }
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      work.run(stop);
    } catch (Throwable thrown) { // whatever it is, the demo must end and say so
      failure.set(thrown);
    }
  }

  /** Stops, and waits for the end of the command that is being decided. */
  void stop() {
    stop.request();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Why it could not go on; null: all is well. */
  @Nullable Throwable failure() {
    return failure.get();
  }
}
