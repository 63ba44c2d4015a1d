package dev.millrace.log;

import dev.millrace.core.store.StoreKeyException;
import dev.millrace.log.spi.KeyProvider;
import dev.millrace.log.spi.MasterKey;
import java.security.SecureRandom;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whether what a store writes is encrypted, and with which master key. The key wraps a data key for
 * each segment; what is encrypted, and what stays readable, stands in {@code docs/format/log.md}.
 */
public final class Encryption {
  /** None: stores are plain, and an encrypted one is refused. */
  public static final Encryption NONE = new Encryption(null, false, false);

  private final @Nullable MasterKey masterKey;
  private final boolean turnsOn;
  private final boolean simulated;

  private Encryption(@Nullable MasterKey masterKey, boolean turnsOn, boolean simulated) {
    this.masterKey = masterKey;
    this.turnsOn = turnsOn;
    this.simulated = simulated;
  }

  /**
   * With a master key. A new store is encrypted; a plain one that is there is refused, so that
   * nobody takes it for encrypted.
   */
  public static Encryption with(MasterKey masterKey) {
    return new Encryption(masterKey, false, false);
  }

  /**
   * With a master key that is found by name.
   *
   * @param source {@code file:PATH}, {@code env:VARIABLE}, or what another {@link KeyProvider}
   *     knows
   * @throws StoreKeyException when there is no such key
   */
  public static Encryption of(String source) {
    return with(key(source));
  }

  /** A master key, by name; see {@link #of}. */
  public static MasterKey key(String source) {
    int colon = source.indexOf(':');
    String scheme = colon < 0 ? "" : source.substring(0, colon);
    TreeSet<String> known = new TreeSet<>();
    for (KeyProvider provider : ServiceLoader.load(KeyProvider.class)) {
      if (provider.scheme().equals(scheme)) {
        return provider.open(source.substring(colon + 1));
      }
      known.add(provider.scheme());
    }
    throw new IllegalArgumentException(
        "a key is named as in file:/etc/shop.key; there are "
            + known
            + ", but this is not one of"
            + " them: '"
            + (colon < 0 ? "" : scheme + ":")
            + "…'");
  }

  /**
   * The same, for a plain store that is there, too: from its opening on, all that is written is
   * encrypted. What was written before stays as it is.
   */
  public Encryption turningOn() {
    return new Encryption(masterKey, true, simulated);
  }

  /**
   * The same, with data keys drawn from whatever source of chance the store is given. Only for
   * simulations: they draw all chance from a seed, and a key that anybody can draw again is none.
   */
  public Encryption inSimulation() {
    return new Encryption(masterKey, turnsOn, true);
  }

  /** The master key; null: none. */
  public @Nullable MasterKey masterKey() {
    return masterKey;
  }

  /** Whether a plain store is encrypted from now on. */
  public boolean turnsOn() {
    return turnsOn;
  }

  /**
   * The source of chance for data keys.
   *
   * @throws IllegalArgumentException when it is not secure
   */
  public RandomGenerator checked(RandomGenerator random) {
    if (masterKey != null && !simulated && !(random instanceof SecureRandom)) {
      throw new IllegalArgumentException(
          "keys must be drawn from a SecureRandom, as SystemSeams has it, not from "
              + random.getClass().getName()
              + "; in a simulation say Encryption.inSimulation()");
    }
    return random;
  }
}
