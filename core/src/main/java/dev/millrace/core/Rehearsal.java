package dev.millrace.core;

import dev.millrace.core.rehearsal.RehearsalListener;
import dev.millrace.core.rehearsal.RehearsalReport;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.wiring.SystemSeams;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs recorded history through the new version of a context and says what it would have done
 * otherwise: decisions, rows of read models, commands of reactions. With side effects off: it only
 * reads the store, hosts nothing, and writes rows into read models that are made for it.
 *
 * <p>Each command is decided on the states as they were recorded just before it, so that a
 * difference does not cause others. Commands that were rejected, or accepted without events, stand
 * in no frame and cannot be rehearsed.
 *
 * <p>Not safe for use from several threads.
 */
public final class Rehearsal {
  /** How many states of each view are kept in memory, unless said otherwise. */
  public static final int DEFAULT_STATES = 100_000;

  /** How many differences of each kind a report lists, unless said otherwise. */
  public static final int DEFAULT_LISTED = 100;

  private final Context now;
  private @Nullable Context before;
  private @Nullable Context live;
  private final Map<Class<?>, Function<List<Object>, Stream<?>>> remakings = new LinkedHashMap<>();
  private boolean reactions;
  private int listed = DEFAULT_LISTED;
  private int states = DEFAULT_STATES;
  private Seams seams = SystemSeams.shared();

  private Rehearsal(Context now) {
    this.now = now;
  }

  /**
   * Begins a rehearsal of a new version. By itself it is compared with the decisions that are
   * recorded; its projections run only beside those of another version.
   */
  public static Rehearsal of(Context now) {
    return new Rehearsal(now);
  }

  /**
   * Runs the old version too, and compares the two: decisions on the same states, projections of
   * the same name, and reactions if asked for. The read models of both are filled from the first
   * event: they must be empty, and not the same.
   */
  public Rehearsal beside(Context before) {
    this.before = before;
    return this;
  }

  /**
   * Compares the rows of the new version with those of read models that are there, as they stand:
   * they are only read, and must be level with the store, which must stand still meanwhile. The
   * read models of the new version must be empty.
   */
  public Rehearsal besideRowsOf(Context live) {
    this.live = live;
    return this;
  }

  /**
   * Makes commands again whose payload is not kept. The frame has a digest of the command that was
   * sent: a candidate that does not fit is not taken for it.
   *
   * @param command a command of either version
   * @param candidates from the events that were recorded for it, as that version reads them
   */
  public <C extends Command<?>> Rehearsal remaking(
      Class<C> command, Function<List<Object>, Stream<C>> candidates) {
    remakings.put(command, candidates::apply);
    return this;
  }

  /**
   * Calls reactions of both versions and compares the commands that they would send, which go
   * nowhere. Only for handlers that do nothing but say commands; needs {@link #beside}.
   */
  public Rehearsal withReactions() {
    this.reactions = true;
    return this;
  }

  /** Lists at most so many differences of each kind in the report. */
  public Rehearsal listing(int most) {
    if (most < 0) {
      throw new IllegalArgumentException("the number of differences must not be negative: " + most);
    }
    this.listed = most;
    return this;
  }

  /** Keeps at most so many states of each view in memory; others are read again when needed. */
  public Rehearsal keeping(int states) {
    if (states < 1) {
      throw new IllegalArgumentException("at least one state must be kept: " + states);
    }
    this.states = states;
    return this;
  }

  /** Uses other seams than the system's. */
  public Rehearsal seams(Seams seams) {
    this.seams = seams;
    return this;
  }

  /** Runs without a listener; see {@link #run(EventStore, RehearsalListener)}. */
  public RehearsalReport run(EventStore store) {
    return run(store, RehearsalListener.NONE);
  }

  /**
   * Runs over the history that is there now. Blocks.
   *
   * @param store is only read, and stays open
   * @throws IllegalArgumentException when a read model to be filled is in use, or what was asked
   *     for does not fit together
   */
  public RehearsalReport run(EventStore store, RehearsalListener listener) {
    if (before != null && live != null) {
      throw new IllegalArgumentException(
          "rows are compared either with those of the old version or with those that are there");
    }
    if (reactions && before == null) {
      throw new IllegalArgumentException("reactions are compared with those of an old version");
    }
    return new RehearsalRun(this, store, listener).run();
  }

  Context now() {
    return now;
  }

  @Nullable Context before() {
    return before;
  }

  @Nullable Context live() {
    return live;
  }

  Map<Class<?>, Function<List<Object>, Stream<?>>> remakings() {
    return remakings;
  }

  boolean reactions() {
    return reactions;
  }

  int listed() {
    return listed;
  }

  int states() {
    return states;
  }

  Seams seams() {
    return seams;
  }
}
