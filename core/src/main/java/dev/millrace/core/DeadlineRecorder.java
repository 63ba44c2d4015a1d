package dev.millrace.core;

import dev.millrace.core.deadline.DeadlineEvent;
import dev.millrace.core.deadline.DeadlineEvent.DeadlinesPassed;
import dev.millrace.core.deadline.DeadlineEvent.Passed;
import dev.millrace.core.deadline.DeadlineEvent.ScheduleReached;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records in the store what was sent: one append at a time, with all that has come together
 * meanwhile. Used by the steps of one worker.
 */
final class DeadlineRecorder {
  private static final Logger LOG = LoggerFactory.getLogger(DeadlineRecorder.class);
  private static final int TOGETHER = 500;
  private static final Retry RETRY =
      Retry.attempts(Retry.WITHOUT_END).backingOff(Duration.ofMillis(100), Duration.ofMinutes(1));

  private final Context context;
  private final EventStore store;
  private final Seams seams;
  private final Map<Tenant, List<Passed>> passed = new LinkedHashMap<>();
  private final List<DeadlineEvent> reached = new ArrayList<>();
  private final InFlight appending;
  private Instant notBefore = Instant.MIN;
  private Instant began = Instant.MIN;
  private int failures;
  private @Nullable String problem;

  DeadlineRecorder(Context context, EventStore store, Seams seams, Runnable wake) {
    this.context = context;
    this.store = store;
    this.seams = seams;
    this.appending = new InFlight(wake);
  }

  /** The command of a deadline was decided. */
  void passed(Tenant tenant, Passed deadline) {
    passed.computeIfAbsent(tenant, first -> new ArrayList<>()).add(deadline);
  }

  /** An occurrence of a schedule was dealt with. */
  void reached(ScheduleReached occurrence) {
    reached.add(occurrence);
  }

  /** Whether nothing is left to record. */
  boolean isIdle() {
    return appending.isEmpty() && !hasMore();
  }

  private boolean hasMore() {
    return !passed.isEmpty() || !reached.isEmpty();
  }

  /** Why it could not be recorded; null: it was, or will be. */
  @Nullable String problem() {
    return problem;
  }

  /** When it is tried again; at the end of time, if nothing waits for that. */
  Instant next() {
    return hasMore() && appending.isEmpty() ? notBefore : Instant.MAX;
  }

  /** The clock was put back. */
  void retryFrom(Instant now) {
    notBefore = now;
  }

  void settle() {
    appending.settle();
  }

  /** Begins to record what there is, for one tenant, unless it does so already. */
  void record(Instant now) {
    if (!appending.isEmpty() || now.isBefore(notBefore) || !hasMore()) {
      return;
    }
    began = now;
    if (!reached.isEmpty()) {
      List<DeadlineEvent> events = List.copyOf(reached);
      reached.clear();
      append(Tenant.DEFAULT, events, () -> reached.addAll(0, events));
      return;
    }
    Tenant tenant = passed.keySet().iterator().next();
    List<Passed> all = Objects.requireNonNull(passed.get(tenant));
    List<Passed> some = List.copyOf(all.subList(0, Math.min(TOGETHER, all.size())));
    all.subList(0, some.size()).clear();
    if (all.isEmpty()) {
      passed.remove(tenant);
    }
    append(
        tenant,
        List.of(new DeadlinesPassed(some)),
        () -> passed.computeIfAbsent(tenant, first -> new ArrayList<>()).addAll(0, some));
  }

  private void append(Tenant tenant, List<DeadlineEvent> events, Runnable putBack) {
    List<NewEvent> encoded = new ArrayList<>();
    events.forEach(event -> encoded.add(context.writeEvent(event)));
    Append append =
        new Append(seams.newId(), tenant, encoded, AppendCondition.NONE, Metadata.NONE, null);
    appending.submit(
        store.append(append),
        done -> {
          failures = 0;
          problem = null;
        },
        failure -> {
          putBack.run();
          failures++;
          Duration delay = RETRY.backoff(failures, seams.random());
          notBefore = began.plus(delay);
          problem = "it could not be recorded what was sent: " + failure.getMessage();
          LOG.warn(
              "in {} {}; trying again in {} ms",
              context.name(),
              problem,
              delay.toMillis(),
              failure);
        });
  }
}
