package dev.millrace.core.processing;

import dev.millrace.core.channel.ChannelUnavailableException;
import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.core.store.StoreMovedException;
import dev.millrace.core.store.StoreOverloadedException;
import dev.millrace.core.store.StoreUnavailableException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How often an event is tried before it is a dead letter, and how long is waited in between.
 * Immutable: each method returns a new value.
 *
 * <p>An event of a type or version that the program does not know was written by a newer one: its
 * processor waits for that to be deployed, or passes the event over where {@link
 * #passingOverUnknown()} is declared.
 *
 * <p>What says that a database, a broker or the store is away, overloaded, moved or closed is tried
 * without end, unless a rule says otherwise: an outage must not make dead letters.
 */
public final class Retry {
  /** As a number of attempts: until it works. */
  public static final int WITHOUT_END = Integer.MAX_VALUE;

  /** Attempts unless set: 6, within some 3 seconds. */
  public static final int DEFAULT_ATTEMPTS = 6;

  /** 6 attempts, after 0.1 s and then twice as long each time, at most 30 s; 20% of jitter. */
  public static final Retry DEFAULT =
      new Retry(
          DEFAULT_ATTEMPTS,
          Duration.ofMillis(100),
          Duration.ofSeconds(30),
          0.2,
          null,
          List.of(),
          false);

  private static final int DEEPEST_CAUSE = 16;
  private static final int MOST_DOUBLINGS = 32;

  private final int attempts;
  private final Duration first;
  private final Duration longest;
  private final double jitter;
  private final @Nullable Duration timeLimit;
  private final List<Rule> rules;
  private final boolean passesOverUnknown;

  /** What holds for a type of failures; the newest rule that fits counts. */
  private record Rule(Class<? extends Throwable> type, int attempts) {}

  private Retry(
      int attempts,
      Duration first,
      Duration longest,
      double jitter,
      @Nullable Duration timeLimit,
      List<Rule> rules,
      boolean passesOverUnknown) {
    this.attempts = attempts;
    this.first = first;
    this.longest = longest;
    this.jitter = jitter;
    this.timeLimit = timeLimit;
    this.rules = rules;
    this.passesOverUnknown = passesOverUnknown;
  }

  /**
   * So many attempts in all.
   *
   * @param attempts at least 1, or {@link #WITHOUT_END}
   */
  public static Retry attempts(int attempts) {
    return new Retry(
        checked(attempts), DEFAULT.first, DEFAULT.longest, DEFAULT.jitter, null, List.of(), false);
  }

  private static int checked(int attempts) {
    if (attempts < 1) {
      throw new IllegalArgumentException("there is at least one attempt, not " + attempts);
    }
    return attempts;
  }

  /**
   * How long is waited: doubled after each attempt.
   *
   * @param first before the second attempt; not negative
   * @param longest at most; not shorter than {@code first}
   */
  public Retry backingOff(Duration first, Duration longest) {
    if (first.isNegative() || longest.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "a backoff begins at 0 or more and does not shrink: " + first + " to " + longest);
    }
    return new Retry(attempts, first, longest, jitter, timeLimit, rules, passesOverUnknown);
  }

  /**
   * By what share a wait may be longer or shorter, so that what failed together is not tried again
   * together.
   *
   * @param share 0 to 1
   */
  public Retry jitter(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("jitter is a share from 0 to 1, not " + share);
    }
    return new Retry(attempts, first, longest, share, timeLimit, rules, passesOverUnknown);
  }

  /**
   * How long a handler may take for one event, or for a batch that it gets together. One that has
   * not returned by then, or by twice as long at most, fails with a {@link
   * HandlerTimeoutException}. It is not interrupted, and may run beside the next attempt; but it
   * cannot commit.
   *
   * @param timeLimit longer than 0; none unless set
   */
  public Retry timeLimit(Duration timeLimit) {
    if (timeLimit.isNegative() || timeLimit.isZero()) {
      throw new IllegalArgumentException("a time limit is longer than 0: " + timeLimit);
    }
    return new Retry(attempts, first, longest, jitter, timeLimit, rules, passesOverUnknown);
  }

  /**
   * Another number of attempts for failures of a type, or with a cause of it: 1 for what will never
   * work, {@link #WITHOUT_END} for what is away and will come back. The last rule that fits counts.
   */
  public Retry on(Class<? extends Throwable> type, int attempts) {
    List<Rule> more = new ArrayList<>(rules);
    more.add(0, new Rule(type, checked(attempts)));
    return new Retry(
        this.attempts, first, longest, jitter, timeLimit, List.copyOf(more), passesOverUnknown);
  }

  /**
   * Passes over events that a newer program wrote, instead of waiting for that: for what must go on
   * while an old process runs beside a new one, and loses nothing by not seeing them. It does not
   * see them later either, unless it is reset.
   */
  public Retry passingOverUnknown() {
    return new Retry(attempts, first, longest, jitter, timeLimit, rules, true);
  }

  /** Whether events that the program does not know are passed over. */
  public boolean passesOverUnknown() {
    return passesOverUnknown;
  }

  /** How long a handler may take. */
  public Optional<Duration> timeLimit() {
    return Optional.ofNullable(timeLimit);
  }

  /** The same with one attempt, where an operator watches; what is tried without end still is. */
  public Retry once() {
    List<Rule> endless = rules.stream().filter(rule -> rule.attempts() == WITHOUT_END).toList();
    return new Retry(1, first, longest, jitter, timeLimit, endless, passesOverUnknown);
  }

  /** How many attempts a failure allows in all. */
  public int attemptsFor(Throwable failure) {
    for (Rule rule : rules) {
      if (causes(failure).stream().anyMatch(rule.type()::isInstance)) {
        return rule.attempts();
      }
    }
    return causes(failure).stream().anyMatch(Retry::isAway) ? WITHOUT_END : attempts;
  }

  /** Whether it says that something is away, or has no room now. */
  private static boolean isAway(Throwable failure) {
    if (failure instanceof SQLException sql && sql.getSQLState() != null) {
      String state = sql.getSQLState();
      // SQL's class of connection failures; PostgreSQL's shutdown and lack of resources
      if (state.startsWith("08")
          || state.startsWith("57P")
          || state.startsWith("53")
          || state.equals("25P03")) { // a transaction that did nothing for too long
        return true;
      }
      // conflicts between transactions, of which one is to be run again, and locks that are not
      // free
      if (state.equals("40001") || state.equals("40P01") || state.equals("55P03")) {
        return true;
      }
    }
    return failure instanceof SQLTransientConnectionException
        || failure instanceof SQLNonTransientConnectionException
        || failure instanceof SQLRecoverableException
        || failure instanceof StoreOverloadedException
        || failure instanceof StoreUnavailableException
        || failure instanceof StoreFullException
        || failure instanceof ChannelUnavailableException
        || isGone(failure);
  }

  /**
   * Whether it says that this process's store is not to be used any more: it was moved, replaced by
   * another history, closed, or latched. The event is handled by the process that opens the right
   * one.
   */
  private static boolean isGone(Throwable failure) {
    return failure instanceof StoreMovedException
        || failure instanceof StoreMismatchException
        || failure instanceof StoreClosedException
        || failure instanceof StoreFailedException;
  }

  private static List<Throwable> causes(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable one = failure;
        one != null && causes.size() < DEEPEST_CAUSE;
        one = one.getCause()) {
      causes.add(one);
    }
    return causes;
  }

  /**
   * How long to wait after so many attempts.
   *
   * @param failed how many have failed, from 1
   */
  public Duration backoff(int failed, RandomGenerator random) {
    double doubled = (double) first.toNanos() * Math.pow(2, Math.min(failed - 1, MOST_DOUBLINGS));
    double bounded = Math.min(doubled, (double) longest.toNanos());
    double spread = jitter == 0 ? 1 : 1 + jitter * (2 * random.nextDouble() - 1);
    return Duration.ofNanos((long) (bounded * spread));
  }
}
