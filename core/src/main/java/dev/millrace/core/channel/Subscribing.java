package dev.millrace.core.channel;

/**
 * How a group takes messages.
 *
 * @param group its name: the members with one name share the messages
 * @param start where a group begins that the broker does not know
 * @param mostOutstanding most messages that are delivered and not acknowledged, from 1: then
 *     nothing more is delivered, so that a slow consumer fills no memory
 */
public record Subscribing(String group, Start start, int mostOutstanding) {
  /** Messages, unless set. */
  public static final int DEFAULT_OUTSTANDING = 1_024;

  /** Where a group begins that the broker does not know. */
  public enum Start {
    /** With the oldest message that the broker still has. */
    OLDEST,
    /** With what is published from now on. */
    NEW
  }

  public Subscribing {
    if (group.isBlank()) {
      throw new IllegalArgumentException("a group needs a name");
    }
    if (mostOutstanding < 1) {
      throw new IllegalArgumentException(
          "at least one message may be outstanding, not " + mostOutstanding);
    }
  }

  /** A group that begins with the oldest message. */
  public static Subscribing as(String group) {
    return new Subscribing(group, Start.OLDEST, DEFAULT_OUTSTANDING);
  }

  /** The same, beginning elsewhere. */
  public Subscribing from(Start start) {
    return new Subscribing(group, start, mostOutstanding);
  }

  /** The same with another bound. */
  public Subscribing mostOutstanding(int messages) {
    return new Subscribing(group, start, messages);
  }
}
