package dev.millrace.core.channel;

/** What can be asked of a channel, and not every broker gives. */
public enum Capability {
  /** Messages with one key are delivered in the order in which they were published. */
  ORDER_PER_KEY("messages with one key in order"),
  /** Several groups each get every message. */
  FAN_OUT("every message for each of several groups"),
  /** A group that is new may begin with what was published before it. */
  REPLAY("what was published before a group began"),
  /** How many messages wait for a group can be asked. */
  LAG("the number of messages that wait");

  private final String meaning;

  Capability(String meaning) {
    this.meaning = meaning;
  }

  /** What it is, for messages. */
  public String meaning() {
    return meaning;
  }
}
