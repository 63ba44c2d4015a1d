package dev.millrace.core;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a processor stands.
 *
 * @param context the bounded context
 * @param name its name
 * @param kind what it is
 * @param version its version
 * @param state what it does
 * @param position every event up to and including this one has been handled, or waits behind a dead
 *     letter
 * @param head the store's head when it was last looked at
 * @param handled how many events it has handled since it was started
 * @param failures how many attempts have failed since it was started
 * @param lastEventTime when the newest event that it handled was recorded; null: none yet
 * @param problem why it retries or has stopped; null: nothing is wrong
 * @param deadLetters how many ordering keys are blocked by an event that it could not handle
 * @param inFlight how many handlers run
 * @param concurrency how many handlers may run
 * @param adapts whether that number follows how long they take and how many fail
 * @param shares how many of its shares this process works on; 0: none, as on standby
 * @param ofShares into how many its work is divided among processes
 * @param breaker what stops its handlers while what they call is away; null: it has none
 */
public record ProcessorStatus(
    String context,
    String name,
    Kind kind,
    int version,
    State state,
    long position,
    long head,
    long handled,
    long failures,
    @Nullable Instant lastEventTime,
    @Nullable String problem,
    int deadLetters,
    int inFlight,
    int concurrency,
    boolean adapts,
    int shares,
    int ofShares,
    CircuitBreaker.@Nullable Status breaker) {

  /** What a processor is. */
  public enum Kind {
    /** Keeps a read model. */
    PROJECTION,
    /** Answers events with commands. */
    REACTION,
    /** Publishes messages on a channel. */
    PUBLICATION
  }

  /** What a processor does. */
  public enum State {
    /** Makes its tables and looks for its checkpoint. */
    STARTING,
    /** Waits for its turn: other processes have all of its work. */
    STANDBY,
    /** Handles events that were there before. */
    CATCHING_UP,
    /** Has handled all there is. */
    LIVE,
    /** Waits to try again what failed. */
    RETRYING,
    /** Was paused. */
    PAUSED,
    /** Cannot go on until somebody has put it right, and resumes it. */
    STOPPED
  }

  /** How many positions it is behind. */
  public long lag() {
    return Math.max(0, head - position);
  }
}
