package dev.millrace.node.operation;

import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.core.StateActivity;
import dev.millrace.core.store.DiskRoom;
import dev.millrace.core.store.Distribution;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreActivity;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the stores of all contexts, and the caches in front of them, have done. */
final class StoreMetrics {
  private static final Logger LOG = LoggerFactory.getLogger(StoreMetrics.class);

  /** What stands for the tag of a condition that named none. */
  private static final String NO_TAG = "(none)";

  private final PrometheusRegistry registry;
  private final Millrace millrace;

  StoreMetrics(PrometheusRegistry registry, Millrace millrace) {
    this.registry = registry;
    this.millrace = millrace;
  }

  void register() {
    addSize();
    addGroups();
    addQueue();
    addConflicts();
    addDisk();
    addStates();
  }

  private void addSize() {
    CounterWithCallback.builder()
        .name("millrace_store_head_total")
        .help("Position of the newest event of the store.")
        .labelNames("context")
        .callback(
            counter -> stores((context, store) -> counter.call((double) store.head(), context)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("millrace_store_size_bytes")
        .help("Bytes that the store's appends take.")
        .labelNames("context")
        .callback(gauge ->
            stores((context, store) ->
                store.bytes().ifPresent(bytes -> gauge.call((double) bytes, context))))
        .register(registry);
    gauge("segments", "Files of events.", StoreActivity::segments);
    gauge(
        "archived_segments",
        "Files of events that are in an archive.",
        StoreActivity::archivedSegments);
  }

  private void addGroups() {
    histogram(
        "group_events",
        "Events that became durable with one sync.",
        0,
        16,
        1,
        StoreActivity::groupEvents);
    histogram(
        "group_size_bytes",
        "Bytes that became durable with one sync.",
        7,
        28,
        1,
        StoreActivity::groupBytes);
    histogram(
        "sync_seconds",
        "Time that a sync of the disk took.",
        5,
        23,
        1e-6,
        StoreActivity::syncMicros);
  }

  private void addQueue() {
    gauge("queue_appends", "Appends that wait for the writer.", one -> one.queue().appends());
    gauge(
        "queue_appends_limit",
        "Appends that may wait; one more is refused.",
        one -> one.queue().maxAppends());
    gauge("queue_bytes", "Bytes of the appends that wait.", one -> one.queue().bytes());
    gauge("queue_limit_bytes", "Bytes that may wait.", one -> one.queue().maxBytes());
    CounterWithCallback.builder()
        .name("millrace_store_refused_total")
        .help("Appends that were refused because too many waited, or because the disk was full.")
        .labelNames("context", "reason")
        .callback(counter ->
            activities((context, one) -> {
              counter.call((double) one.overloads(), context, "overload");
              counter.call((double) one.fullRefusals(), context, "disk-full");
            }))
        .register(registry);
  }

  private void addConflicts() {
    CounterWithCallback.builder()
        .name("millrace_store_conflicts_total")
        .help("Appends whose condition did not hold.")
        .labelNames("context")
        .callback(counter ->
            activities((context, one) -> counter.call((double) one.conflicts(), context)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("millrace_store_hot_tag_conflicts")
        .help("Conflicts on the tags that had most of them; (none): the condition named no tag.")
        .labelNames("context", "tag")
        .callback(gauge ->
            activities((context, one) ->
                one.hotTags()
                    .forEach(hot ->
                        gauge.call(
                            (double) hot.conflicts(),
                            context,
                            hot.tag().isEmpty() ? NO_TAG : hot.tag()))))
        .register(registry);
  }

  private void addDisk() {
    disk("disk_usable_bytes", "Bytes that can still be written.", DiskRoom::usableBytes);
    disk("disk_size_bytes", "Bytes that the disk of the store has.", DiskRoom::totalBytes);
    disk(
        "disk_reserve_bytes",
        "Usable bytes below which appends are refused.",
        DiskRoom::reserveBytes);
    GaugeWithCallback.builder()
        .name("millrace_store_disk_state")
        .help("1 for how the store takes the room that is left: full refuses appends.")
        .labelNames("context", "state")
        .callback(gauge ->
            disks((context, room) -> {
              for (DiskRoom.State state : DiskRoom.State.values()) {
                String name = state.name().toLowerCase(Locale.ROOT);
                gauge.call(room.state() == state ? 1 : 0, context, name);
              }
            }))
        .register(registry);
  }

  private void addStates() {
    CounterWithCallback.builder()
        .name("millrace_states_total")
        .help("States that were needed, by where they were found: cache, snapshot, or all events.")
        .labelNames("context", "from")
        .callback(counter ->
            millrace
                .contexts()
                .forEach(context -> {
                  StateActivity states = millrace.states(context.name());
                  counter.call((double) states.cached(), context.name(), "cache");
                  counter.call((double) states.fromSnapshot(), context.name(), "snapshot");
                  counter.call((double) states.fromEvents(), context.name(), "events");
                }))
        .register(registry);
    states(
        "states_events_read_total",
        "Events that were read to bring states up to date.",
        StateActivity::eventsRead);
    states(
        "snapshots_refused_total",
        "Snapshots that were passed over: unreadable, or of another history of the store.",
        StateActivity::refusedSnapshots);
  }

  private void states(String name, String help, ToLongFunction<StateActivity> value) {
    CounterWithCallback.builder()
        .name("millrace_" + name)
        .help(help)
        .labelNames("context")
        .callback(counter ->
            millrace
                .contexts()
                .forEach(context ->
                    counter.call(
                        (double) value.applyAsLong(millrace.states(context.name())),
                        context.name())))
        .register(registry);
  }

  private void gauge(String name, String help, ToDoubleFunction<StoreActivity> value) {
    GaugeWithCallback.builder()
        .name("millrace_store_" + name)
        .help(help)
        .labelNames("context")
        .callback(
            gauge -> activities((context, one) -> gauge.call(value.applyAsDouble(one), context)))
        .register(registry);
  }

  private void disk(String name, String help, ToDoubleFunction<DiskRoom> value) {
    GaugeWithCallback.builder()
        .name("millrace_store_" + name)
        .help(help)
        .labelNames("context")
        .callback(gauge -> disks((context, room) -> gauge.call(value.applyAsDouble(room), context)))
        .register(registry);
  }

  /**
   * A histogram whose buckets end at powers of two.
   *
   * @param from the exponent of the first bucket
   * @param to the exponent of the last but that without an end
   * @param unit what one counts
   */
  private void histogram(
      String name,
      String help,
      int from,
      int to,
      double unit,
      Function<StoreActivity, Distribution> value) {
    Collector collector =
        () -> {
          HistogramSnapshot.Builder snapshot =
              HistogramSnapshot.builder().name("millrace_store_" + name).help(help);
          activities((context, one) ->
              snapshot.dataPoint(
                  HistogramDataPointSnapshot.builder()
                      .labels(Labels.of("context", context))
                      .classicHistogramBuckets(buckets(value.apply(one), from, to, unit))
                      .sum(value.apply(one).sum() * unit)
                      .build()));
          return snapshot.build();
        };
    registry.register(collector);
  }

  private static ClassicHistogramBuckets buckets(
      Distribution values, int from, int to, double unit) {
    double[] ends = new double[to - from + 2];
    long[] counts = new long[ends.length];
    for (int i = 0; i < values.counts().size(); i++) {
      counts[Math.clamp(i - from, 0, counts.length - 1)] += values.counts().get(i);
    }
    Arrays.setAll(ends, i -> Math.scalb(unit, from + i));
    ends[ends.length - 1] = Double.POSITIVE_INFINITY;
    List<Number> all = new ArrayList<>();
    Arrays.stream(counts).forEach(all::add);
    return ClassicHistogramBuckets.of(Arrays.stream(ends).boxed().toList(), all);
  }

  private void activities(BiConsumer<String, StoreActivity> each) {
    stores((context, store) -> store.activity().ifPresent(one -> each.accept(context, one)));
  }

  private void disks(BiConsumer<String, DiskRoom> each) {
    activities((context, one) -> {
      DiskRoom room = one.disk();
      if (room != null) {
        each.accept(context, room);
      }
    });
  }

  private void stores(BiConsumer<String, EventStore> each) {
    for (Context context : millrace.contexts()) {
      try {
        each.accept(context.name(), millrace.store(context.name()));
      } catch (MillraceException e) {
        LOG.debug("a metric could not be read", e);
      }
    }
  }
}
