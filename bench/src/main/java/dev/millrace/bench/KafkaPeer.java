package dev.millrace.bench;

import dev.millrace.bench.KafkaSubject.Producing;
import dev.millrace.cli.bench.LogBenchmark;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Appends to Kafka, each load with the producer settings that were found best for it. */
final class KafkaPeer {
  static final String NAME = "Kafka";
  private static final String TOPIC = "events";

  /** Nothing to gather, so nothing to wait for. */
  private static final Producing ALONE = new Producing(0, 16 << 10);

  private static final List<Producing> VARIANTS =
      List.of(
          new Producing(0, 64 << 10),
          new Producing(1, 64 << 10),
          new Producing(5, 64 << 10),
          new Producing(0, 512 << 10),
          new Producing(1, 512 << 10),
          new Producing(5, 512 << 10));

  private final KafkaBroker broker;
  private final Scale scale;
  private final LogBenchmark.Progress progress;
  private final Loops loops;
  private final List<byte[]> payloads;

  KafkaPeer(
      KafkaBroker broker, Scale scale, LogBenchmark.Progress progress, List<byte[]> payloads) {
    this.broker = broker;
    this.scale = scale;
    this.progress = progress;
    this.loops = new Loops(NAME, scale, progress);
    this.payloads = payloads;
  }

  Appends appends() throws Exception {
    broker.topic(TOPIC);
    try (KafkaSubject subject = subject(VARIANTS.getFirst())) {
      loops.warmUp(subject);
    }
    Map<Integer, Rate> single = new LinkedHashMap<>();
    for (int callers : Loops.CALLERS) {
      Producing best = callers == 1 ? ALONE : best(callers, 1);
      try (KafkaSubject subject = subject(best)) {
        single.put(callers, loops.single(subject, callers, best.json()));
      }
    }
    Producing best = best(Loops.BATCH_CALLERS, Loops.BATCH);
    try (KafkaSubject subject = subject(best)) {
      Rate batches = loops.batches(subject, best.json());
      Map<String, Object> settings = new LinkedHashMap<>(broker.settings());
      settings.put("producer", "acks=all, idempotent, 1 for all callers, best of " + tried());
      return new Appends(single, batches, settings);
    }
  }

  private static String tried() {
    List<String> tried = new ArrayList<>();
    VARIANTS.forEach(each -> tried.add(each.lingerMillis() + " ms/" + each.batchBytes() / 1024));
    return "linger/batch KiB " + String.join(", ", tried);
  }

  private KafkaSubject subject(Producing producing) {
    return new KafkaSubject(broker.servers(), TOPIC, producing, payloads);
  }

  private Producing best(int callers, int events) throws InterruptedException {
    Producing best = VARIANTS.getFirst();
    double most = 0;
    for (Producing producing : VARIANTS) {
      Watch watch =
          Watch.named(
              NAME + ", " + callers + " callers, trying linger " + producing.lingerMillis(),
              progress);
      try (KafkaSubject subject = subject(producing)) {
        double rate =
            new ClosedLoop(subject, callers, events, events == 1 ? 1 : Loops.WINDOW)
                .run(scale.trial(), watch)
                .eventsPerSecond();
        if (rate > most) {
          most = rate;
          best = producing;
        }
      }
    }
    return best;
  }
}
