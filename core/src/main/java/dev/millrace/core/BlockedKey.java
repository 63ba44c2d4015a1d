package dev.millrace.core;

import dev.millrace.core.processing.DeadLetter;
import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.store.TagValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An ordering key whose events are not handled as they come.
 *
 * @param key which
 * @param handledTo every event of the key up to and including this position was handled; none after
 *     it that the processor has passed
 * @param letter the event after that, when it is known that it cannot be handled; null: it waits
 *     for another key, or is due
 * @param redriving whether the key is being brought level
 */
record BlockedKey(OrderingKey key, long handledTo, @Nullable DeadLetter letter, boolean redriving) {

  /** Stands in read models and addresses: its form must never change. */
  static String idOf(OrderingKey key) {
    TagValue tag = key.tag();
    return new Fingerprint()
        .add(key.tenant().name())
        .add(tag == null ? "" : tag.name())
        .add(tag == null ? "" : tag.value())
        .toText()
        .substring(0, 16);
  }

  String id() {
    return idOf(key);
  }

  /** A key with a dead letter. */
  static BlockedKey at(DeadLetter letter) {
    return new BlockedKey(letter.key(), letter.position() - 1, letter, false);
  }

  /** Whether another dead letter most likely has the same reason. */
  boolean hasSameCauseAs(List<BlockedKey> others) {
    DeadLetter mine = letter;
    return mine != null
        && others.stream()
            .map(BlockedKey::letter)
            .anyMatch(other ->
                other != null && other.cause().fingerprint().equals(mine.cause().fingerprint()));
  }

  /** The same, being brought level. */
  BlockedKey redrive() {
    return new BlockedKey(key, handledTo, letter == null ? null : letter.redriving(true), true);
  }

  /** The same, and not brought level any more. */
  BlockedKey waiting() {
    return new BlockedKey(key, handledTo, letter == null ? null : letter.redriving(false), false);
  }

  /** Handled up to a position, dead letter and all. */
  BlockedKey handledTo(long position) {
    return new BlockedKey(key, position, null, redriving);
  }

  /** The dead letter is passed over, and the key brought level. */
  BlockedKey discard() {
    return new BlockedKey(key, letter == null ? handledTo : letter.position(), null, true);
  }

  /** Whether it waits for other keys of the event at a position. */
  boolean waitsAt(long position) {
    return letter == null && !redriving && handledTo == position - 1;
  }

  /** With another payload for the dead letter. */
  BlockedKey edit(DeadLetter.Edit edit) {
    return new BlockedKey(key, handledTo, letter == null ? null : letter.with(edit), redriving);
  }
}
