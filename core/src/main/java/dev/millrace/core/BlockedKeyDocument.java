package dev.millrace.core;

import dev.millrace.core.json.JsonCodec;
import dev.millrace.core.processing.DeadLetter;
import dev.millrace.core.processing.FailureCause;
import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.spi.Codec;
import dev.millrace.core.spi.CodecException;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A {@link BlockedKey} as it stands beside checkpoints, in JSON. Components may be added. */
record BlockedKeyDocument(
    String tenant,
    @Nullable String tag,
    long handledTo,
    boolean redriving,
    @Nullable Letter letter) {
  private static final Codec CODEC = new JsonCodec();

  /** The dead letter. */
  record Letter(
      long position,
      String event,
      String type,
      String exception,
      String message,
      String fingerprint,
      int attempts,
      Instant firstFailed,
      Instant lastFailed,
      @Nullable Edit edit) {}

  /** A corrected payload, in Base64. */
  record Edit(String data, int schemaVersion) {}

  static BlockedKeyDocument of(BlockedKey blocked) {
    TagValue tag = blocked.key().tag();
    DeadLetter letter = blocked.letter();
    return new BlockedKeyDocument(
        blocked.key().tenant().name(),
        tag == null ? null : tag.toString(),
        blocked.handledTo(),
        blocked.redriving(),
        letter == null ? null : letter(letter));
  }

  private static Letter letter(DeadLetter letter) {
    DeadLetter.Edit edit = letter.edit();
    return new Letter(
        letter.position(),
        letter.event().toString(),
        letter.type(),
        letter.cause().exception(),
        letter.cause().message(),
        letter.cause().fingerprint(),
        letter.attempts(),
        letter.firstFailed(),
        letter.lastFailed(),
        edit == null
            ? null
            : new Edit(
                Base64.getEncoder().encodeToString(edit.data().toArray()), edit.schemaVersion()));
  }

  BlockedKey toKey() {
    OrderingKey key = new OrderingKey(new Tenant(tenant), tag == null ? null : TagValue.parse(tag));
    return new BlockedKey(key, handledTo, letter == null ? null : letter(key, letter), redriving);
  }

  private DeadLetter letter(OrderingKey key, Letter kept) {
    Edit edit = kept.edit();
    return new DeadLetter(
        BlockedKey.idOf(key),
        key,
        kept.position(),
        EventId.parse(kept.event()),
        kept.type(),
        new FailureCause(kept.exception(), kept.message(), kept.fingerprint()),
        kept.attempts(),
        kept.firstFailed(),
        kept.lastFailed(),
        edit == null
            ? null
            : new DeadLetter.Edit(
                Bytes.wrap(Base64.getDecoder().decode(edit.data())), edit.schemaVersion()),
        redriving);
  }

  /** As text. */
  static String write(BlockedKey blocked) {
    return CODEC.encode(of(blocked)).utf8();
  }

  /**
   * Reads what {@link #write} writes.
   *
   * @throws MillraceException when it is of another form
   */
  static BlockedKey read(String document) {
    try {
      return CODEC.decode(Bytes.utf8(document), BlockedKeyDocument.class).toKey();
    } catch (CodecException | IllegalArgumentException e) {
      throw new MillraceException(
          "what is kept of a blocked key cannot be read: "
              + e.getMessage()
              + ". Was it written by a newer program? Run that one, or reset the processor",
          e);
    }
  }
}
