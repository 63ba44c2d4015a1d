package dev.millrace.core.processing;

import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.RecordedEvent;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The dead letters of a processor: to look at, and to operate. What is done is recorded first, as
 * an event ({@link DeadLetterAction}) in the store of the processor's context. Safe for use from
 * many threads.
 *
 * <p>The futures complete exceptionally with an {@link IllegalArgumentException} when there is no
 * such dead letter, or it is being tried again.
 */
public interface DeadLetters {
  /** All, by key; those of a processor that has not started yet are not known. */
  List<DeadLetter> list();

  /** All, grouped by the fingerprint of their cause, the largest group first. */
  List<Group> causes();

  /** One with its event. Reads the store, and may block. */
  Optional<Inspected> inspect(String id);

  /**
   * Tries the event again, and when it goes well the key's later events, in order.
   *
   * @param actor who asks, for the record
   * @return whether the key is level again; false: it is blocked again, there or at a later event
   */
  CompletableFuture<Boolean> redrive(String id, String actor);

  /**
   * Tries all of one cause again, one key after the other.
   *
   * @param fingerprint of their cause
   * @param perSecond most keys in a second, more than 0
   * @return how many keys are level again. When the process ends before, the rest stays blocked
   */
  CompletableFuture<Integer> redriveCause(String fingerprint, double perSecond, String actor);

  /** Tries all again; see {@link #redriveCause}. */
  CompletableFuture<Integer> redriveAll(double perSecond, String actor);

  /**
   * Corrects the payload: it is handled instead of the event's data when the event is tried again.
   * The event stays as it was stored.
   *
   * @param data the event in its current version, as a client would write it
   * @return completes when it is kept; exceptionally with an {@link IllegalArgumentException} when
   *     it cannot be read as this type of event, or has other tags
   */
  CompletableFuture<Void> edit(String id, Bytes data, String actor);

  /**
   * Passes the event over, and goes on with the key's later events.
   *
   * @param reason for the record; not blank
   * @return as {@link #redrive}
   */
  CompletableFuture<Boolean> discard(String id, String reason, String actor);

  /**
   * Dead letters of one cause.
   *
   * @param cause that of the newest
   * @param count how many
   * @param ids of them, in the order of their keys
   */
  record Group(FailureCause cause, int count, List<String> ids) {
    public Group {
      ids = List.copyOf(ids);
    }
  }

  /**
   * A dead letter with its event.
   *
   * @param letter the dead letter
   * @param event as stored; personal values are sealed
   * @param decoded as the program reads it now, with the edit; empty: it cannot be read
   * @param problem why it cannot be read; empty: it can
   * @param waiting how many later events of the key wait, counted up to {@link #MOST_COUNTED}
   */
  record Inspected(
      DeadLetter letter,
      RecordedEvent event,
      Optional<Object> decoded,
      String problem,
      int waiting) {
    /** Waiting events are not counted beyond this. */
    public static final int MOST_COUNTED = 1_000;
  }
}
