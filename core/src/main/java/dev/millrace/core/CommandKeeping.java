package dev.millrace.core;

import dev.millrace.core.personal.Carrying;
import dev.millrace.core.personal.KeyState;
import dev.millrace.core.personal.Protection;
import dev.millrace.core.personal.Subject;
import dev.millrace.core.personal.SubjectKey;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Tenant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How one command is kept in the frame of the append that it causes, and recognized again.
 *
 * <p>A digest of personal values in clear could be tried out against a list of names. So of a
 * command with personal values the upper half of the digest leaves them out, and the lower half is
 * keyed by whom they are about. When the key is gone, the upper half alone must do: a command that
 * is sent again is still answered as the first time.
 */
final class CommandKeeping {
  private static final long UPPER = 0xFFFF_FFFF_0000_0000L;

  private final Context context;
  private final Decider decider;
  private final Command<?> command;
  private final String id;
  private final boolean hasPersonal;
  private final @Nullable Subject subject;
  private final Bytes clear;
  private final long digest;

  CommandKeeping(Context context, Decider decider, Command<?> command, String id, Tenant tenant) {
    this.context = context;
    this.decider = decider;
    this.command = command;
    this.id = id;
    this.hasPersonal = decider.hasPersonal();
    var subjectOf = decider.subject();
    this.subject =
        !hasPersonal || subjectOf == null
            ? null
            : new Subject(
                tenant, Carrying.in("the function for a subject", () -> subjectOf.apply(command)));
    this.clear =
        hasPersonal
            ? context.codec().encode(command, Protection.masking())
            : Carrying.in("a command whose type shows none", () -> context.codec().encode(command));
    this.digest = CommandRun.digest(decider.name(), clear);
  }

  /** Whom it is about, if it has personal values that are to be kept or compared. */
  Optional<Subject> subject() {
    return Optional.ofNullable(subject);
  }

  /**
   * As it is kept.
   *
   * @param key of its subject; null: it has none
   */
  CommandRecord record(UUID appendId, @Nullable KeyState key) {
    Bytes payload = decider.keepsPayload() ? clear : null;
    if (hasPersonal && payload != null && key != null) {
      payload =
          context
              .codec()
              .encode(
                  command, context.protection().writing(type(decider), appendId + "/command", key));
    }
    long kept = key instanceof KeyState.Alive(SubjectKey alive) ? keyed(alive) : digest;
    return new CommandRecord(id, decider.name(), kept, payload);
  }

  /** What stands in sealed values for the type; cannot be the name of an event. */
  static String type(Decider decider) {
    return "millrace.command:" + decider.name();
  }

  private long keyed(SubjectKey key) {
    int lower = Protection.digest(key, context.codec().encode(command));
    return (digest & UPPER) | (lower & ~UPPER);
  }

  /** Whether what was kept is this command. */
  boolean isSame(CommandRecord first) {
    if (subject == null) {
      return first.digest() == digest;
    }
    if ((first.digest() & UPPER) != (digest & UPPER)) {
      return false;
    }
    SubjectKeys keys = context.protection().keys();
    if (keys == null || keys.wasForgotten(subject)) {
      return true;
    }
    return keys.find(subject).orElse(null) instanceof KeyState.Alive(SubjectKey key)
        && first.digest() == keyed(key);
  }
}
