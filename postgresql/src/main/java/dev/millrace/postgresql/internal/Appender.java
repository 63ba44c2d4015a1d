package dev.millrace.postgresql.internal;

import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMovedException;
import dev.millrace.core.store.StoreUnavailableException;
import dev.millrace.postgresql.internal.GroupDecision.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what waits, one group after the other, for as long as there is something: one call of the
 * scheduler at a time. Which call that is, {@code running} decides; its fields belong to it alone.
 *
 * <p>A connection that is lost leaves open whether the group was committed. The next transaction
 * waits for the lock, so for the end of that one, and finds the ids, or does not.
 */
final class Appender {
  private static final Logger LOG = LoggerFactory.getLogger(Appender.class);
  private static final Duration FIRST_WAIT = Duration.ofMillis(20);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  /** Groups that are not decided ahead after so many misses in a row: 0, 2, 6, … 62. */
  private static final int MAX_AHEAD_MISSES = 6;

  private final Database database;
  private final Tables tables;
  private final Seams seams;
  private final History history;
  private final Continuity continuity;
  private final Heads heads;
  private final News news;
  private final Activity activity;
  private final Duration patience;
  private final boolean synchronous;
  private final AppendQueue queue = new AppendQueue();
  private final AtomicBoolean running = new AtomicBoolean();
  private final CompletableFuture<Void> idle = new CompletableFuture<>();
  private volatile boolean closing;

  private final RecentEvents recent = new RecentEvents();
  private int aheadMisses;
  private int aheadPause;
  private @Nullable Connection connection;

  Appender(
      Database database,
      Tables tables,
      Seams seams,
      History history,
      Continuity continuity,
      Heads heads,
      News news,
      Activity activity,
      Duration patience,
      boolean synchronous) {
    this.database = database;
    this.tables = tables;
    this.seams = seams;
    this.history = history;
    this.continuity = continuity;
    this.heads = heads;
    this.news = news;
    this.activity = activity;
    this.patience = patience;
    this.synchronous = synchronous;
  }

  AppendQueue queue() {
    return queue;
  }

  AppendQueue.Offer offer(PendingAppend append) {
    AppendQueue.Offer offer = queue.offer(append);
    if (offer == AppendQueue.Offer.TAKEN) {
      start();
    }
    return offer;
  }

  private void start() {
    if (running.compareAndSet(false, true)) {
      var unused = seams.scheduler().call("postgresql append", this::run);
    }
  }

  private @Nullable Void run() {
    do {
      List<PendingAppend> group = queue.take();
      while (!group.isEmpty()) {
        List<Outcome> outcomes = outcomes(group);
        queue.release(group);
        for (int i = 0; i < group.size(); i++) {
          answer(group.get(i), outcomes.get(i));
        }
        group = queue.take();
      }
      if (closing) {
        disconnect();
        idle.complete(null);
      }
      running.set(false);
    } while ((!queue.isEmpty() || (closing && !idle.isDone()))
        && running.compareAndSet(false, true));
    return null;
  }

  private static void answer(PendingAppend append, Outcome outcome) {
    switch (outcome) {
      case Outcome.Answer(var result) -> append.complete(result);
      case Outcome.Refusal(var reason) -> append.completeExceptionally(reason);
    }
  }

  /** What each is answered; whatever happens, there is an answer. */
  private List<Outcome> outcomes(List<PendingAppend> group) {
    try {
      return stored(group);
    } catch (MillraceException refusal) {
      return refused(group, refusal);
    } catch (Throwable fault) { // whoever waits must be told, whatever it is
      LOG.error("a group of appends could not be stored", fault);
      disconnect();
      return refused(
          group, new StoreFailedException("a group of appends could not be stored", fault));
    }
  }

  private static List<Outcome> refused(List<PendingAppend> group, MillraceException reason) {
    return group.stream().<Outcome>map(append -> new Outcome.Refusal(reason)).toList();
  }

  private List<Outcome> stored(List<PendingAppend> group) {
    Instant begun = seams.clock().instant();
    Duration wait = FIRST_WAIT;
    while (true) {
      continuity.check();
      try {
        return transact(group);
      } catch (SQLException failure) {
        switch (Failure.of(failure)) {
          case CONNECTION -> disconnect();
          case AGAIN -> rollback();
          case FULL -> {
            rollback();
            throw Database.failed("nothing of these appends was stored", failure);
          }
          case REFUSED -> {
            rollback();
            return alone(group, failure);
          }
        }
        if (Duration.between(begun, seams.clock().instant()).compareTo(patience) >= 0) {
          throw new StoreUnavailableException(
              "the store's database has not answered for "
                  + patience.toSeconds()
                  + " s ("
                  + Failure.words(failure)
                  + "); the append may or may not be stored: append with the same id to learn"
                  + " which",
              failure);
        }
        LOG.debug("a group of appends is tried again: {}", Failure.words(failure));
        seams.scheduler().after(wait).join();
        wait =
            wait.multipliedBy(2).compareTo(LONGEST_WAIT) < 0 ? wait.multipliedBy(2) : LONGEST_WAIT;
      }
    }
  }

  /** Something in the group cannot be stored: each on its own, so that only that is refused. */
  private List<Outcome> alone(List<PendingAppend> group, SQLException failure) {
    if (group.size() == 1) {
      throw Database.failed("nothing of the append was stored", failure);
    }
    List<Outcome> outcomes = new ArrayList<>();
    group.forEach(one -> outcomes.addAll(outcomes(List.of(one))));
    return outcomes;
  }

  private List<Outcome> transact(List<PendingAppend> group) throws SQLException {
    boolean ended = false;
    try {
      List<Outcome> outcomes = storedAhead(group);
      if (outcomes == null) {
        outcomes = decidedThere(group);
      }
      ended = true;
      return outcomes;
    } finally {
      if (!ended) {
        recent.forget();
      }
    }
  }

  /** In one round trip, if the head is still the one that this process left; null: it is not. */
  private @Nullable List<Outcome> storedAhead(List<PendingAppend> group) throws SQLException {
    if (!recent.isKnown() || recent.head() < heads.known() || aheadPause > 0) {
      aheadPause = Math.max(0, aheadPause - 1);
      return null;
    }
    Instant begun = seams.clock().instant();
    AheadTransaction transaction = AheadTransaction.of(group, recent, Micros.of(begun));
    if (!transaction.isPossible()) {
      return null;
    }
    GroupDecision decision = transaction.decision();
    remember(group, decision);
    if (!transaction.store(connected(), tables, continuity, lock(), synchronous)) {
      transaction.forgetDoubts();
      aheadMisses = Math.min(aheadMisses + 1, MAX_AHEAD_MISSES);
      aheadPause = (1 << aheadMisses) - 2;
      return null;
    }
    aheadMisses = 0;
    activity.decided(decision);
    recent.stored(decision);
    return stored(group, decision, begun);
  }

  private List<Outcome> stored(List<PendingAppend> group, GroupDecision decision, Instant begun) {
    activity.stored(group, decision, Duration.between(begun, seams.clock().instant()));
    heads.publish(decision.head());
    news.tell();
    return decision.outcomes();
  }

  /** In two round trips: what is there, then what is new. */
  private List<Outcome> decidedThere(List<PendingAppend> group) throws SQLException {
    GroupTransaction transaction = new GroupTransaction(connected(), tables, group);
    GroupTransaction.State state = transaction.load(lock());
    check(state);
    recent.found(state.facts().head(), state.facts().lastMicros());
    String movedTo = state.movedTo();
    GroupDecision decision =
        movedTo == null
            ? GroupDecision.of(group, state.facts(), Micros.of(seams.clock().instant()))
            : GroupDecision.ofKnown(
                group, state.facts(), new StoreMovedException(continuity.identity(), movedTo));
    activity.decided(decision);
    if (decision.taken().isEmpty()) {
      transaction.abandon();
      heads.publish(state.facts().head());
      return decision.outcomes();
    }
    remember(group, decision);
    Instant begun = seams.clock().instant();
    transaction.store(decision);
    recent.stored(decision);
    return stored(group, decision, begun);
  }

  /** If the connection is lost now, these are the answers of what is found afterwards. */
  private static void remember(List<PendingAppend> group, GroupDecision decision) {
    for (int i = 0; i < group.size(); i++) {
      if (decision.outcomes().get(i) instanceof Outcome.Answer(Appended appended)
          && !appended.repeated()) {
        group.get(i).inDoubt = appended;
      }
    }
  }

  /** The history that was opened, on the timeline that was known: else nothing is stored. */
  private void check(GroupTransaction.State state) throws SQLException {
    StoreIdentity identity = continuity.identity();
    if (!state.identity().equals(identity)) {
      rollback();
      throw continuity.latched(state.identity().toString());
    }
    if (!continuity.isTimeline(state.timeline())) {
      rollback();
      History.Current now = history.open(connected(), identity.id());
      if (!now.identity().equals(identity)) {
        throw continuity.latched(now.identity().toString());
      }
      LOG.info("store {}: goes on after a synchronous standby was promoted", identity);
      continuity.goesOn(now);
      throw new SQLException("the timeline changed", "40001"); // again, on this one
    }
    if (state.facts().head() < heads.known()) {
      rollback();
      continuity.checkHead(state.facts().head(), heads.known());
    }
    if (synchronous && !state.replicated()) {
      rollback();
      throw new StoreUnavailableException(
          "a synchronous standby is promised (replication=synchronous), but the server has none"
              + " (synchronous_standby_names is empty); nothing was stored");
    }
  }

  private long lock() {
    return continuity.identity().id().getMostSignificantBits();
  }

  private Connection connected() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = database.connect();
      connection = open;
    }
    return open;
  }

  private void rollback() {
    try {
      if (connection != null) {
        GroupTransaction.rollback(connection);
      }
    } catch (SQLException failure) {
      disconnect();
    }
  }

  private void disconnect() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException failure) {
      LOG.debug("a connection was not closed: {}", Failure.words(failure));
    }
    connection = null;
  }

  /** Stores what waits, then ends; completes when that is done. */
  CompletableFuture<Void> close() {
    queue.close();
    closing = true;
    start();
    return idle;
  }
}
