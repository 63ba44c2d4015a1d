package dev.millrace.log.internal;

import dev.millrace.core.store.Direction;
import java.util.ArrayList;
import java.util.List;

/**
 * Has the disk read side by side what a look-up of a few events would wait for one after the other.
 * Each step begins to read, for all runs and events, what can be named when the step before has
 * arrived: filters, keys, postings, offsets, events, heads of frames. It changes nothing but the
 * time that the look-up takes.
 */
final class ReadAhead {
  /** Events of one look-up; those that follow are read one after the other. */
  static final int MOST_EVENTS = 32;

  private final CompiledQuery query;
  private final boolean forward;
  private final int most;
  private final List<Candidate> candidates = new ArrayList<>();

  private record Candidate(Run run, int ordinal) {}

  private ReadAhead(CompiledQuery query, Direction direction, int limit) {
    this.query = query;
    this.forward = direction == Direction.FORWARD;
    this.most = Math.min(limit, MOST_EVENTS);
  }

  /**
   * Begins to read what a look-up needs from the files of sealed runs.
   *
   * @param from the position where it starts; it must lie in or after the first run that is asked
   * @param limit events that are wanted
   */
  static void expect(CompiledQuery query, Run[] runs, long from, Direction direction, int limit) {
    if (query.indexed()) {
      List<Run> sealed = sealed(runs, from, direction);
      if (!sealed.isEmpty()) {
        new ReadAhead(query, direction, limit).expect(sealed, from);
      }
    }
  }

  /** In the order in which they are looked up. */
  private static List<Run> sealed(Run[] runs, long from, Direction direction) {
    boolean forward = direction == Direction.FORWARD;
    List<Run> sealed = new ArrayList<>();
    int step = forward ? 1 : -1;
    for (int i = Visible.indexOf(runs, from); i >= 0 && i < runs.length; i += step) {
      if (runs[i].index() instanceof SealedIndex) {
        sealed.add(runs[i]);
      }
    }
    return sealed;
  }

  private void expect(List<Run> runs, long from) {
    List<long[]> keys = runs.stream().map(query::keys).toList();
    each(runs, keys, RunIndex::expectFilter);
    each(runs, keys, RunIndex::expectKey);
    each(runs, keys, RunIndex::expectPostings);
    for (Run run : runs) {
      find(run, from);
    }
    candidates.forEach(one -> one.run().index().expectOffset(one.ordinal()));
    candidates.forEach(one -> one.run().expectEvent(one.ordinal()));
    candidates.forEach(one -> one.run().expectFrame(one.ordinal()));
    candidates.forEach(one -> one.run().expectToCheck(one.ordinal()));
  }

  /** Begins to read something of a key. */
  private interface Step {
    void expect(RunIndex index, long key);
  }

  private static void each(List<Run> runs, List<long[]> keys, Step step) {
    for (int i = 0; i < runs.size(); i++) {
      for (long key : keys.get(i)) {
        step.expect(runs.get(i).index(), key);
      }
    }
  }

  private void find(Run run, long from) {
    Postings postings = candidates.size() < most ? query.candidates(run) : null;
    if (postings == null) {
      return;
    }
    long start = Math.clamp(from - run.firstPosition(), 0, Integer.MAX_VALUE - 1);
    int ordinal = next(postings, (int) start);
    while (ordinal != Postings.NONE && candidates.size() < most) {
      candidates.add(new Candidate(run, ordinal));
      ordinal =
          forward || ordinal > 0 ? next(postings, ordinal + (forward ? 1 : -1)) : Postings.NONE;
    }
  }

  private int next(Postings postings, int ordinal) {
    return forward ? postings.ceiling(ordinal) : postings.floor(ordinal);
  }
}
