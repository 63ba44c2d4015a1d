package dev.millrace.core;

import dev.millrace.core.store.TagValue;
import java.util.UUID;

/**
 * Somebody was forgotten: the event by which everything that keeps something of them is told, in
 * the order of the store, after a restart, and when it is built anew. It carries the subject's tag.
 * Every context with personal values knows it; projections, reactions and views handle it as any
 * other.
 *
 * @param subject whose personal values cannot be read any more
 * @param key the id of the key that was destroyed
 */
public record SubjectForgotten(TagValue subject, UUID key) {
  /** Its stable name. */
  public static final String NAME = "millrace.subject-forgotten";
}
