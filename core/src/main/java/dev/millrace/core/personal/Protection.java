package dev.millrace.core.personal;

import dev.millrace.core.spi.PersonalFields;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Tenant;
import org.jspecify.annotations.Nullable;

/** Seals and opens the personal values of a context, with its keys. For the platform. */
public final class Protection {
  /** Without keys: what is sealed stays so. */
  public static final Protection NONE = new Protection(null);

  private final @Nullable SubjectKeys keys;

  private Protection(@Nullable SubjectKeys keys) {
    this.keys = keys;
  }

  /** With keys. */
  public static Protection with(SubjectKeys keys) {
    return new Protection(keys);
  }

  /** The keys, or null. */
  public @Nullable SubjectKeys keys() {
    return keys;
  }

  /**
   * Seals what is written.
   *
   * @param type of the data
   * @param salt makes equal values look different: the id of the append
   * @param key of whom the values are about; destroyed: then only forgotten values can be written
   */
  public PersonalFields writing(String type, String salt, KeyState key) {
    return new Writing(type, salt, key);
  }

  /**
   * For what is read.
   *
   * @param type of the data
   * @param asWritten whether the values stand where they were written, and none in clear; else an
   *     upcaster may have moved them
   */
  public Reading reading(String type, Tenant tenant, boolean asWritten) {
    return new Reading(keys, type, tenant, asWritten);
  }

  /** For states, which hold values from wherever, each as it was stored. */
  public PersonalFields states() {
    return new StateFields(keys);
  }

  /** For digests that say nothing of the values. */
  public static PersonalFields masking() {
    return Masking.INSTANCE;
  }

  /** A digest that nobody without the key can compute. */
  public static int digest(SubjectKey key, Bytes content) {
    return Sealing.digest(key, content);
  }

  /**
   * The data of a value that a tool has found in what is stored, without the types of a context;
   * null: forgotten.
   *
   * @param tenant of the data in which it stands
   * @throws SubjectKeysException when its key is missing, or it was moved there from another tenant
   */
  public @Nullable Bytes open(SealedValue sealed, Tenant tenant) {
    if (keys != null
        && keys.find(sealed.key()).orElse(null) instanceof KeyState.Alive(SubjectKey key)
        && !key.subject().tenant().equals(tenant)) {
      throw moved(sealed, key.subject(), "tenant " + tenant);
    }
    return open(keys, sealed, null);
  }

  private static SubjectKeysException moved(SealedValue sealed, Subject of, Object where) {
    return new SubjectKeysException(
        "a personal value of "
            + of
            + " stands at "
            + sealed.at()
            + " among data of "
            + where
            + ": it was moved there");
  }

  /** The value's data; null: forgotten. */
  static @Nullable Bytes open(
      @Nullable SubjectKeys keys, SealedValue sealed, @Nullable Subject expected) {
    if (keys == null) {
      throw new SubjectKeysException(
          "a personal value at "
              + sealed.at()
              + " cannot be read without the keys of its context; read it through a runtime that"
              + " hosts the context with its keys");
    }
    KeyState state =
        keys.find(sealed.key())
            .orElseThrow(() ->
                new SubjectKeysException(
                    "the key "
                        + sealed.key()
                        + " of a personal value at "
                        + sealed.at()
                        + " is not among these keys, alive or destroyed: they are the keys of another"
                        + " store, or an older copy; host the context with its own keys"));
    return switch (state) {
      case KeyState.Destroyed destroyed -> null;
      case KeyState.Alive(SubjectKey key) -> {
        if (expected != null && !key.subject().equals(expected)) {
          throw moved(sealed, key.subject(), expected);
        }
        yield Sealing.open(key, sealed);
      }
    };
  }
}
