package dev.millrace.log.spi;

/**
 * Finds master keys somewhere: in files, in the environment, in a key management service. Found
 * with {@link java.util.ServiceLoader}.
 */
public interface KeyProvider {

  /** What stands before the colon where a key is named, as {@code file} in {@code file:/path}. */
  String scheme();

  /**
   * Finds a key.
   *
   * @param name what follows the colon
   * @throws dev.millrace.core.store.StoreKeyException when there is no such key; the message says
   *     what to do, and never holds the key
   */
  MasterKey open(String name);
}
