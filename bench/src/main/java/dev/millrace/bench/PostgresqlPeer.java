package dev.millrace.bench;

import dev.millrace.cli.bench.LogBenchmark;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Inserts into PostgreSQL, each load with the pool that was found best for it. */
final class PostgresqlPeer {
  static final String NAME = "PostgreSQL";

  private static final List<Integer> POOLS = List.of(4, 8, 16, 32, 64);

  private final PostgresqlServer server;
  private final Scale scale;
  private final LogBenchmark.Progress progress;
  private final Loops loops;
  private final List<byte[]> payloads;

  PostgresqlPeer(
      PostgresqlServer server, Scale scale, LogBenchmark.Progress progress, List<byte[]> payloads) {
    this.server = server;
    this.scale = scale;
    this.progress = progress;
    this.loops = new Loops(NAME, scale, progress);
    this.payloads = payloads;
  }

  Appends appends() throws Exception {
    try (PostgresqlSubject subject = new PostgresqlSubject(server, 8, payloads)) {
      loops.warmUp(subject);
    }
    Map<Integer, Rate> single = new LinkedHashMap<>();
    for (int callers : Loops.CALLERS) {
      int pool = callers == 1 ? 1 : best(callers, 1);
      try (PostgresqlSubject subject = new PostgresqlSubject(server, pool, payloads)) {
        single.put(callers, loops.single(subject, callers, Map.of("pool", pool)));
      }
    }
    int pool = best(Loops.BATCH_CALLERS, Loops.BATCH);
    try (PostgresqlSubject subject = new PostgresqlSubject(server, pool, payloads)) {
      Rate batches = loops.batches(subject, Map.of("pool", pool));
      Map<String, Object> settings = new LinkedHashMap<>(server.settings());
      settings.put("pool", "best of " + POOLS + ", up to the number of callers");
      return new Appends(single, batches, settings);
    }
  }

  private int best(int callers, int events) throws Exception {
    int best = POOLS.getFirst();
    double most = 0;
    for (int pool : POOLS) {
      if (pool > callers) {
        break;
      }
      Watch watch =
          Watch.named(
              NAME + ", " + callers + " callers, trying " + pool + " connections", progress);
      try (PostgresqlSubject subject = new PostgresqlSubject(server, pool, payloads)) {
        double rate =
            new ClosedLoop(subject, callers, events, 1).run(scale.trial(), watch).eventsPerSecond();
        if (rate > most) {
          most = rate;
          best = pool;
        }
      }
    }
    return best;
  }
}
