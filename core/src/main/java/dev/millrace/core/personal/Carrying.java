package dev.millrace.core.personal;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Marks code of the application in which personal values are carried but must not be read, because
 * what it returns is kept in clear or must not change when somebody is forgotten.
 */
public final class Carrying {
  private static final ThreadLocal<@Nullable String> WHERE = new ThreadLocal<>();

  private Carrying() {}

  /**
   * Runs code that must not read personal values on this thread.
   *
   * @param where for the message, as in {@code a view}
   */
  public static <V> V in(String where, Supplier<V> code) {
    try {
      return calling(where, code::get);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a supplier throws nothing checked", e);
    }
  }

  /** The same for code that throws. */
  public static <V> V calling(String where, Callable<V> code) throws Exception {
    String before = WHERE.get();
    WHERE.set(where);
    try {
      return code.call();
    } finally {
      if (before == null) {
        WHERE.remove();
      } else {
        WHERE.set(before);
      }
    }
  }

  static void check() {
    String where = WHERE.get();
    if (where != null) {
      throw new IllegalStateException(
          "a personal value would be read in "
              + where
              + ", where it must stay as it is; read it where something is done with it: in a"
              + " decision, a projection, or where an answer is written");
    }
  }
}
