package dev.millrace.core;

import dev.millrace.core.RehearsedVersion.Given;
import dev.millrace.core.rehearsal.Difference;
import dev.millrace.core.rehearsal.RehearsalListener;
import dev.millrace.core.rehearsal.RehearsalProgress;
import dev.millrace.core.rehearsal.RehearsalProgress.Work;
import dev.millrace.core.rehearsal.RehearsalReport;
import dev.millrace.core.rehearsal.RehearsalReport.ReadModelResult;
import dev.millrace.core.store.EventStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One run of a {@link Rehearsal}. */
final class RehearsalRun {
  private final Rehearsal asked;
  private final EventStore store;
  private final RehearsalListener listener;
  private final long head;
  private final Instant begun;
  private final RehearsedVersion now;
  private final @Nullable RehearsedVersion before;
  private final RemadeCommands remaking;
  private final RehearsedDecisions decisions;
  private final List<RehearsedReadModel> readModels = new ArrayList<>();
  private final List<RehearsedReaction> reactions = new ArrayList<>();
  private final List<String> onlyBefore = new ArrayList<>();
  private final List<String> onlyNow = new ArrayList<>();
  private final Map<String, String> unreadable = new TreeMap<>();
  private final Map<Class<?>, Integer> listed = new HashMap<>();
  private final List<Difference> differences = new ArrayList<>();
  private long events;
  private long position;

  RehearsalRun(Rehearsal asked, EventStore store, RehearsalListener listener) {
    this.asked = asked;
    this.store = store;
    this.listener = listener;
    this.head = store.head();
    this.begun = asked.seams().clock().instant();
    this.now = new RehearsedVersion(asked.now(), store, asked.states());
    Context old = asked.before();
    this.before = old == null ? null : new RehearsedVersion(old, store, asked.states());
    this.remaking = new RemadeCommands(asked.remakings(), asked.now(), old);
    this.decisions = new RehearsedDecisions(asked.now(), this::found);
    if (old != null) {
      addReadModels(old, true);
      addReactions(old);
    }
    Context live = asked.live();
    if (live != null) {
      addReadModels(live, false);
    }
  }

  private void addReadModels(Context old, boolean filled) {
    Map<String, Projection<?>> those = byName(old);
    Map<String, Projection<?>> these = byName(asked.now());
    for (String name : names(those.keySet(), these.keySet())) {
      Projection<?> was = those.get(name);
      Projection<?> is = these.get(name);
      if (was != null && is != null) {
        readModels.add(
            new RehearsedReadModel(
                new RehearsedProjection<>(old, was, store.identity()),
                new RehearsedProjection<>(asked.now(), is, store.identity()),
                filled,
                this::found));
      }
    }
  }

  private static Map<String, Projection<?>> byName(Context context) {
    Map<String, Projection<?>> byName = new TreeMap<>();
    context.projections().forEach(projection -> byName.put(projection.name(), projection));
    return byName;
  }

  private void addReactions(Context old) {
    for (String name : names(old.reactions().keySet(), asked.now().reactions().keySet())) {
      if (asked.reactions()) {
        reactions.add(new RehearsedReaction(name, old, asked.now(), this::found));
      }
    }
  }

  /** All names; those that only one version has are noted. */
  private Set<String> names(Set<String> those, Set<String> these) {
    Set<String> all = new TreeSet<>(those);
    all.addAll(these);
    for (String name : all) {
      if (!these.contains(name)) {
        onlyBefore.add(name);
      } else if (!those.contains(name)) {
        onlyNow.add(name);
      }
    }
    return all;
  }

  RehearsalReport run() {
    readModels.forEach(RehearsedReadModel::begin);
    RehearsedHistory history =
        new RehearsedHistory(
            store, asked.now(), asked.before(), remaking, asked.seams().scheduler(), head);
    try {
      RehearsedHistory.Page page = listener.goesOn() ? history.next() : null;
      while (page != null) {
        rehearse(page);
        position = page.examined();
        listener.at(progress(Work.REHEARSING, position, head, begun));
        page = listener.goesOn() ? history.next() : null;
      }
      if (position < head && listener.goesOn()) {
        position = head; // gaps at the end
      }
    } finally {
      history.close();
    }
    return report(compareReadModels());
  }

  /** The two versions have nothing in common, so that each goes through the page on its own. */
  private void rehearse(RehearsedHistory.Page page) {
    List<RehearsedAppend> appends = page.appends();
    CompletableFuture<List<@Nullable Given>> beside =
        before == null
            ? CompletableFuture.completedFuture(Collections.nCopies(appends.size(), null))
            : asked
                .seams()
                .scheduler()
                .call("rehearse the old version", () -> asBefore(before, appends));
    List<@Nullable Given> given;
    List<@Nullable Given> old;
    try {
      given = asNow(appends);
    } finally {
      old = join(beside);
    }
    for (int i = 0; i < appends.size(); i++) {
      decisions.compare(appends.get(i), given.get(i), old.get(i));
      note(appends.get(i));
    }
  }

  private List<@Nullable Given> asNow(List<RehearsedAppend> appends) {
    List<@Nullable Given> answers = now.rehearse(appends, RehearsedAppend::now);
    List<RehearsedEvent> all = appends.stream().flatMap(append -> append.now().stream()).toList();
    readModels.forEach(readModel -> readModel.handleNow(all));
    return answers;
  }

  private List<@Nullable Given> asBefore(RehearsedVersion old, List<RehearsedAppend> appends) {
    List<@Nullable Given> answers = old.rehearse(appends, RehearsedAppend::before);
    List<RehearsedEvent> all =
        appends.stream().flatMap(append -> append.before().stream()).toList();
    readModels.forEach(readModel -> readModel.handleBefore(all));
    return answers;
  }

  private static <V> V join(CompletableFuture<V> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private void note(RehearsedAppend append) {
    events += append.stored().size();
    for (int i = 0; i < append.now().size(); i++) {
      RehearsedEvent event = append.now().get(i);
      if (!event.problem().isEmpty()) {
        unreadable.putIfAbsent(event.stored().type(), event.problem());
      }
      for (RehearsedReaction reaction : reactions) {
        reaction.rehearse(append.before().get(i), event);
      }
    }
  }

  private List<ReadModelResult> compareReadModels() {
    List<ReadModelResult> results = new ArrayList<>();
    Instant since = asked.seams().clock().instant();
    long[] rows = new long[1];
    for (RehearsedReadModel readModel : readModels) {
      results.add(
          position < head
              ? readModel.notCompared("the rehearsal was stopped before its end")
              : readModel.compare(
                  head, () -> listener.at(progress(Work.COMPARING, ++rows[0], 0, since))));
    }
    return results;
  }

  private RehearsalProgress progress(Work work, long done, long total, Instant since) {
    return new RehearsalProgress(
        work, done, total, Duration.between(since, asked.seams().clock().instant()));
  }

  private void found(Difference difference) {
    if (listed.merge(difference.getClass(), 1, Integer::sum) <= asked.listed()) {
      differences.add(difference);
    }
    listener.found(difference);
  }

  private RehearsalReport report(List<ReadModelResult> results) {
    Duration took = Duration.between(begun, asked.seams().clock().instant());
    return new RehearsalReport(
        store.identity(),
        head,
        position,
        events,
        took.toNanos() / 1e9,
        decisions.result(),
        results,
        reactions.stream().map(RehearsedReaction::result).toList(),
        onlyBefore,
        onlyNow,
        unreadable,
        differences);
  }
}
