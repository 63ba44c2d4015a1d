package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.log.Encryption;

/** The key that a command was given for its store. */
final class StoreKey {
  private static final String NONE = Setting.KEY.standard();
  private static final String FILE = "file:";

  private StoreKey() {}

  /** With which a tool works on the files of the store. */
  static Encryption encryption(Invocation invocation) {
    String source = invocation.configuration().key();
    return source.equals(NONE) ? Encryption.NONE : Encryption.of(resolve(invocation, source));
  }

  /** What follows the folder in the URL of the store. */
  static String option(Invocation invocation) {
    String source = invocation.configuration().key();
    return source.equals(NONE) ? "" : "?encryption=" + resolve(invocation, source);
  }

  /** Where a key is; a file is looked for from the working folder. */
  static String resolve(Invocation invocation, String source) {
    return source.startsWith(FILE)
        ? FILE + invocation.path(source.substring(FILE.length()))
        : source;
  }

  /**
   * The key, for a command that needs one.
   *
   * @throws UsageException when none was given
   */
  static Encryption require(Invocation invocation) {
    if (invocation.configuration().key().equals(NONE)) {
      throw new UsageException(
          "name the key of the store with --key or MILLRACE_KEY, as in --key file:shop.key;"
              + " 'millrace log new-key shop.key' makes one");
    }
    return encryption(invocation);
  }
}
