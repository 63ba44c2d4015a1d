package dev.millrace.core.processing;

import org.jspecify.annotations.Nullable;

/**
 * What an operator did with a dead letter, as an event of the platform in the store of the context.
 * Who did it stands in the event's metadata. It was asked for; whether it went well is seen at the
 * processor.
 */
public sealed interface DeadLetterAction {
  /** Whose dead letter. */
  String processor();

  /** The ordering key, as text. */
  String key();

  /** Where the event is. */
  long position();

  /** The event is tried again. */
  record Redriven(String processor, String key, long position) implements DeadLetterAction {
    /** Its stable name. */
    public static final String NAME = "millrace.dead-letter-redriven";
  }

  /**
   * The event's payload was corrected.
   *
   * @param data in Base64, personal values sealed
   * @param schemaVersion in which it was written
   */
  record Edited(String processor, String key, long position, String data, int schemaVersion)
      implements DeadLetterAction {
    /** Its stable name. */
    public static final String NAME = "millrace.dead-letter-edited";
  }

  /**
   * The event is passed over.
   *
   * @param cause the fingerprint of why it could not be handled; null: not known
   */
  record Discarded(
      String processor, String key, long position, String reason, @Nullable String cause)
      implements DeadLetterAction {
    /** Its stable name. */
    public static final String NAME = "millrace.dead-letter-discarded";
  }
}
