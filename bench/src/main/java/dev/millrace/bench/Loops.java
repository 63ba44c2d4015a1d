package dev.millrace.bench;

import dev.millrace.cli.bench.LogBenchmark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The loops that every subject goes through alike: a closed one for the rate, then open ones. */
final class Loops {
  /** Numbers of callers that append single events. */
  static final List<Integer> CALLERS = List.of(1, 16, 256);

  /** Callers that append batches. */
  static final int BATCH_CALLERS = 16;

  /** Events of a batch. */
  static final int BATCH = 100;

  /** Batches of a caller without answer. */
  static final int WINDOW = 4;

  /** Shares of the closed loop's rate at which latencies are measured; the first is shown first. */
  private static final List<Double> SHARES = List.of(0.5, 0.8);

  private final String name;
  private final Scale scale;
  private final LogBenchmark.Progress progress;

  Loops(String name, Scale scale, LogBenchmark.Progress progress) {
    this.name = name;
    this.scale = scale;
    this.progress = progress;
  }

  /** Runs until everything is compiled; nothing is kept. */
  void warmUp(Subject subject) throws InterruptedException {
    Watch watch = Watch.named(name + ", warming up", progress);
    var single = new ClosedLoop(subject, BATCH_CALLERS, 1, 1).run(scale.trial(), watch);
    var batch = new ClosedLoop(subject, BATCH_CALLERS, BATCH, 2).run(scale.trial(), watch);
    if (single.eventsPerSecond() <= 0 || batch.eventsPerSecond() <= 0) {
      throw new IllegalStateException(name + " appended nothing");
    }
  }

  /** Single events. */
  Rate single(Subject subject, int callers, Map<String, Object> settings) throws Exception {
    return single(subject, callers, scale.step(), settings);
  }

  /** Single events, for some time. */
  Rate single(Subject subject, int callers, Duration duration, Map<String, Object> settings)
      throws Exception {
    String work = name + ", " + (callers == 1 ? "1 caller" : callers + " callers");
    Rate.Closed closed =
        new ClosedLoop(subject, callers, 1, 1).run(duration, Watch.named(work, progress));
    return new Rate(closed, open(work, subject, callers, 1, closed), settings);
  }

  /** Batches from 16 callers, each with a window. */
  Rate batches(Subject subject, Map<String, Object> settings) throws Exception {
    String work = name + ", batches of " + BATCH;
    Rate.Closed closed =
        new ClosedLoop(subject, BATCH_CALLERS, BATCH, WINDOW)
            .run(scale.step(), Watch.named(work, progress));
    return new Rate(closed, open(work, subject, BATCH_CALLERS * WINDOW, BATCH, closed), settings);
  }

  private List<Rate.Open> open(
      String work, Subject subject, int callers, int events, Rate.Closed closed) throws Exception {
    List<Rate.Open> latencies = new ArrayList<>();
    for (double share : SHARES) {
      Watch watch = Watch.named(work + " at " + Math.round(share * 100) + "% of it", progress);
      latencies.add(
          new OpenLoop(subject, callers, events)
              .run(share, share * closed.eventsPerSecond(), scale.open(), watch));
    }
    return latencies;
  }
}
