package dev.millrace.core;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How an inbox stands.
 *
 * @param context the bounded context
 * @param name its name
 * @param channel the logical channel
 * @param location where that is
 * @param state what it does
 * @param appended how many messages became events since it was started
 * @param repeated how many had been appended before
 * @param passedOver how many are of types that it does not take
 * @param setAside how many could not become events, and are kept as such
 * @param waiting how many are delivered and not acknowledged
 * @param lag how many wait at the broker for this member; empty: not known
 * @param problem what is wrong; null: nothing
 */
public record InboxStatus(
    String context,
    String name,
    String channel,
    String location,
    State state,
    long appended,
    long repeated,
    long passedOver,
    long setAside,
    int waiting,
    OptionalLong lag,
    @Nullable String problem) {

  /** What an inbox does. */
  public enum State {
    /** Takes what comes. */
    RUNNING,
    /** Tries again what failed. */
    RETRYING,
    /** Was paused. */
    PAUSED,
    /** Cannot go on until somebody has put it right, and resumes it. */
    STOPPED
  }
}
