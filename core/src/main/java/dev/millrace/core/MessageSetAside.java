package dev.millrace.core;

/**
 * A message could not become an event of the context. An event of the platform, in the store of the
 * context: the message is kept in it, so that the broker need not.
 *
 * @param inbox whose
 * @param source of the message
 * @param id of the message
 * @param type of the message
 * @param reason why
 * @param message as a CloudEvent in JSON
 */
public record MessageSetAside(
    String inbox, String source, String id, String type, String reason, String message) {
  /** Its stable name. */
  public static final String NAME = "millrace.message-set-aside";
}
