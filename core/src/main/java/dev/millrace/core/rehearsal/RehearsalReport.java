package dev.millrace.core.rehearsal;

import dev.millrace.core.store.StoreIdentity;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a rehearsal found.
 *
 * @param store whose history
 * @param head the store's head when it began
 * @param position how far it came; {@code head} unless it was stopped
 * @param events how many events it went through
 * @param seconds how long it took
 * @param decisions what became of the commands
 * @param readModels the read models that both versions have
 * @param reactions the reactions, if they were rehearsed
 * @param onlyBefore processors that only the old version has
 * @param onlyNow processors that only the new version has
 * @param unreadable event types that the new version cannot read, with the first message of each
 * @param differences the first of each kind; a {@link RehearsalListener} gets all
 */
public record RehearsalReport(
    StoreIdentity store,
    long head,
    long position,
    long events,
    double seconds,
    Decisions decisions,
    List<ReadModelResult> readModels,
    List<ReactionResult> reactions,
    List<String> onlyBefore,
    List<String> onlyNow,
    Map<String, String> unreadable,
    List<Difference> differences) {
  public RehearsalReport {
    readModels = List.copyOf(readModels);
    reactions = List.copyOf(reactions);
    onlyBefore = List.copyOf(onlyBefore);
    onlyNow = List.copyOf(onlyNow);
    unreadable = Collections.unmodifiableMap(new TreeMap<>(unreadable));
    differences = List.copyOf(differences);
  }

  /** Whether it went through the whole history. */
  public boolean isWhole() {
    return position >= head;
  }

  /**
   * Whether the two versions do the same, as far as could be compared: nothing differs, every read
   * model was compared, every event could be read.
   */
  public boolean isSame() {
    return decisions.changed() == 0
        && unreadable.isEmpty()
        && readModels.stream().allMatch(one -> one.problem().isEmpty() && one.differences() == 0)
        && reactions.stream().allMatch(one -> one.differences() == 0);
  }

  /**
   * What became of the commands.
   *
   * @param same how many are answered as before
   * @param changed how many are answered otherwise
   * @param changedBy the same by command and by {@link Answer.Kind} of the new answer; a command
   *     that is accepted with other events counts as accepted
   * @param remade how many of them were made again from their events, since their payload is not
   *     kept, and proven to be the command that was sent
   * @param recordedOtherwise how many the old version would not answer again as they are recorded;
   *     0 when only the new version was run
   * @param withoutCommand appends that no command has caused
   * @param notRehearsed commands whose payload is not known, by name and why
   */
  public record Decisions(
      long same,
      long changed,
      Map<String, Map<Answer.Kind, Long>> changedBy,
      long remade,
      long recordedOtherwise,
      long withoutCommand,
      Map<String, Map<Unknown, Long>> notRehearsed) {
    public Decisions {
      changedBy = Collections.unmodifiableMap(new TreeMap<>(changedBy));
      notRehearsed = Collections.unmodifiableMap(new TreeMap<>(notRehearsed));
    }

    /** How many were decided again. */
    public long rehearsed() {
      return same + changed;
    }
  }

  /** Why a payload is not known. */
  public enum Unknown {
    /** Keeping it is switched off, and nothing says how to make the command again. */
    NOT_KEPT,
    /**
     * None of the commands that were made from its events is proven to be the one that was sent.
     */
    NOT_PROVEN;

    /** As it stands in reports: {@code not-kept}. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * What became of a read model.
   *
   * @param name the projection
   * @param rows rows of the old version that were compared
   * @param missing rows that the new version does not have
   * @param extra rows that only the new version has
   * @param other rows with other values
   * @param problem why it could not be compared; empty: it was
   */
  public record ReadModelResult(
      String name, long rows, long missing, long extra, long other, String problem) {
    /** How many rows differ. */
    public long differences() {
      return missing + extra + other;
    }
  }

  /**
   * What became of a reaction.
   *
   * @param name its name
   * @param events how many events it handles
   * @param differences how many it answers with other commands
   */
  public record ReactionResult(String name, long events, long differences) {}
}
