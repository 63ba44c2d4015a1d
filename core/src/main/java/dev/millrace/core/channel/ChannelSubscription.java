package dev.millrace.core.channel;

import java.util.List;
import java.util.OptionalLong;

/**
 * A member of a group. It pulls: whoever holds it polls, and is woken when there may be more. Polls
 * must not overlap; acknowledging is safe from any thread.
 */
public interface ChannelSubscription extends AutoCloseable {
  /**
   * The next messages, without waiting. None while as many are outstanding as may be, or while the
   * broker is away: that is tried again without end.
   *
   * @param limit most messages, at least 1
   * @throws ChannelUnavailableException when it cannot go on by itself
   */
  List<Delivery> poll(int limit);

  /**
   * Sets what is called when there may be more. It must not block; it may be called from any
   * thread, and more often than needed. It is called once at once.
   */
  void onAvailable(Runnable wake);

  /**
   * How many messages wait for the group, as far as this member knows: of those that it is given;
   * empty: the broker does not say.
   */
  OptionalLong lag();

  /** What is wrong with the connection; empty: nothing that is known. */
  default String problem() {
    return "";
  }

  /**
   * Leaves the group. What was acknowledged before is told to the broker; the rest is delivered
   * again. Waits for the broker, for some seconds at most.
   */
  @Override
  void close();

  /** A message that was delivered. */
  interface Delivery {
    /** The message. */
    Message message();

    /**
     * Says that it needs not be delivered again. Does not wait: if the broker does not learn of it
     * it is delivered again. Acknowledging more than once, or what another member has by now, does
     * nothing.
     */
    void acknowledge();
  }
}
