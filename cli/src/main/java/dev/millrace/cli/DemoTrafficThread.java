package dev.millrace.cli;

import dev.millrace.cli.config.Configuration;
import dev.millrace.cli.config.Setting;
import dev.millrace.retail.DemoTraffic;
import dev.millrace.retail.ImportListener;
import dev.millrace.retail.ImportProgress;
import dev.millrace.retail.ImportStoppedException;
import dev.millrace.retail.RetailApplication;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps the shop busy beside what shows it, until there is no more to do, or it is stopped. */
final class DemoTrafficThread {
  private final Work work;
  private final Supplier<Sent> sent;
  private final StopSignal stop = new StopSignal();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final Thread thread = Thread.ofVirtual().name("millrace-demo").unstarted(this::run);

  /** Sends commands until it is stopped or has no more. */
  private interface Work {
    void run(StopSignal stop) throws Exception;
  }

  /** What has been sent so far. */
  record Sent(long commands, Map<String, Long> byKind) {
    static final Sent NOTHING = new Sent(0, Map.of());
  }

  private DemoTrafficThread(Work work, Supplier<Sent> sent) {
    this.work = work;
    this.sent = sent;
  }

  static DemoTrafficThread seeded(RetailApplication application, Configuration configuration) {
    DemoTraffic traffic = application.traffic(configuration.number(Setting.DEMO_SEED));
    double rate = (double) configuration.number(Setting.DEMO_RATE);
    return new DemoTrafficThread(
        stop -> traffic.run(rate, () -> !stop.requested()), () -> sent(traffic.counters()));
  }

  private static Sent sent(DemoTraffic.Counters counters) {
    Map<String, Long> byKind = new LinkedHashMap<>();
    byKind.put("orders", counters.orders());
    byKind.put("cancellations", counters.cancellations());
    byKind.put("lines", counters.lines());
    return new Sent(counters.orders() + counters.cancellations(), byKind);
  }

  static DemoTrafficThread importing(RetailApplication application, List<Path> files) {
    AtomicReference<Sent> sent = new AtomicReference<>(Sent.NOTHING);
    return new DemoTrafficThread(
        stop -> {
          try {
            application.importer().run(files, new Counting(sent, stop));
          } catch (ImportStoppedException e) {
            return; // as it was asked
          }
        },
        sent::get);
  }

  private record Counting(AtomicReference<Sent> sent, StopSignal stop) implements ImportListener {
    @Override
    public void progressed(ImportProgress progress) {
      sent.set(new Sent(progress.commands(), Map.of("rows", progress.rows())));
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

  /** What has been sent so far. */
  Sent sent() {
    return sent.get();
  }

  /** Why it could not go on; null: all is well. */
  @Nullable Throwable failure() {
    return failure.get();
  }
}
