package dev.millrace.bench;

import dev.millrace.bench.KafkaSubject.Producing;
import dev.millrace.cli.bench.LogBenchmark;
import dev.millrace.core.store.EventStore;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From append to a subscriber's hands, ours and Kafka's, at the same rates.
 *
 * @param ours by events per second
 * @param kafka by events per second
 * @param producing what was found best for Kafka at that rate
 */
record Delivery(
    Map<Integer, Rate.Open> ours,
    Map<Integer, Rate.Open> kafka,
    Map<Integer, Producing> producing) {
  static final List<Integer> RATES = List.of(10_000, 50_000);

  private static final String TOPIC = "delivered";
  private static final List<Producing> VARIANTS =
      List.of(
          new Producing(0, 16 << 10),
          new Producing(0, 256 << 10),
          new Producing(1, 256 << 10),
          new Producing(5, 256 << 10));

  static Delivery measure(
      EventStore store,
      KafkaBroker broker,
      List<byte[]> payloads,
      Scale scale,
      LogBenchmark.Progress progress)
      throws Exception {
    Map<Integer, Rate.Open> ours = new LinkedHashMap<>();
    Map<Integer, Rate.Open> kafka = new LinkedHashMap<>();
    Map<Integer, Producing> producing = new LinkedHashMap<>();
    broker.topic(TOPIC);
    for (int rate : RATES) {
      Watch watch = Watch.named("Millrace, append to subscriber at " + rate + "/s", progress);
      ours.put(rate, ours(store, rate, scale.delivery(), watch));
    }
    for (int rate : RATES) {
      String work = KafkaPeer.NAME + ", append to consumer at " + rate + "/s";
      Producing best = VARIANTS.getFirst();
      double least = Double.MAX_VALUE;
      for (Producing each : VARIANTS) {
        Watch watch = Watch.named(work + ", trying linger " + each.lingerMillis(), progress);
        double p99 = kafka(broker, payloads, each, rate, scale.trial(), watch).p99Micros();
        if (p99 < least) {
          least = p99;
          best = each;
        }
      }
      producing.put(rate, best);
      Watch watch = Watch.named(work, progress);
      kafka.put(rate, kafka(broker, payloads, best, rate, scale.delivery(), watch));
    }
    return new Delivery(ours, kafka, producing);
  }

  private static Rate.Open ours(EventStore store, int rate, Duration duration, Watch watch)
      throws Exception {
    try (LogDelivery delivery = new LogDelivery(store)) {
      DeliveryLoop loop = new DeliveryLoop(delivery, rate, duration.dividedBy(4), duration);
      delivery.follow(loop);
      return loop.run(watch);
    }
  }

  private static Rate.Open kafka(
      KafkaBroker broker,
      List<byte[]> payloads,
      Producing producing,
      int rate,
      Duration duration,
      Watch watch)
      throws Exception {
    try (KafkaSubject subject = new KafkaSubject(broker.servers(), TOPIC, producing, payloads)) {
      subject.append(1); // the producer learns where the partition is
      try (KafkaDelivery delivery = new KafkaDelivery(subject, broker.servers(), TOPIC)) {
        DeliveryLoop loop = new DeliveryLoop(delivery, rate, duration.dividedBy(4), duration);
        delivery.follow(loop);
        return loop.run(watch);
      }
    }
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    for (int rate : RATES) {
      Map<String, Object> both = new LinkedHashMap<>();
      both.put("millrace", json(ours.get(rate)));
      Map<String, Object> theirs = json(kafka.get(rate));
      Producing best = producing.get(rate);
      if (best != null) {
        theirs.put("settings", best.json());
      }
      both.put("kafka", theirs);
      json.put(Integer.toString(rate), both);
    }
    return json;
  }

  private static Map<String, Object> json(Rate.@org.jspecify.annotations.Nullable Open open) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (open != null) {
      json.put("achievedPerSecond", open.achieved());
      json.put("p50Micros", open.p50Micros());
      json.put("p99Micros", open.p99Micros());
    }
    return json;
  }
}
