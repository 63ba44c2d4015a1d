package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/**
 * The command that caused an append, kept in its frame.
 *
 * @param id the idempotency key that its sender chose
 * @param type stable name of the command
 * @param digest of type and payload, to tell a repetition from another command with the same id
 * @param payload the encoded command; null when keeping it is switched off for the type
 */
public record CommandRecord(String id, String type, long digest, @Nullable Bytes payload) {
  /** Longest id, in characters. */
  public static final int MAX_ID_LENGTH = 512;

  public CommandRecord {
    if (id.isBlank() || id.length() > MAX_ID_LENGTH) {
      throw new IllegalArgumentException(
          "a command id must have 1 to " + MAX_ID_LENGTH + " characters: '" + id + "'");
    }
    WellFormed.check("a command id", id);
  }
}
