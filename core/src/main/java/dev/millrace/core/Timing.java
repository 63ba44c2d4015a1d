package dev.millrace.core;

import java.time.Duration;
import java.time.Instant;

/**
 * What a decision says about deadlines; see {@link Decision#deadline}. It is stored in one append
 * with the events of the decision.
 */
public sealed interface Timing {
  /** Longest key, in characters. */
  int MAX_KEY_LENGTH = 256;

  /** Latest instant. */
  Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  /** Which deadline, within the tenant. */
  String key();

  /** A command is sent at an instant, in place of what was set under the key before. */
  record At(String key, Instant at, Command<?> command) implements Timing {
    public At {
      checkKey(key);
      if (at.isBefore(Instant.EPOCH) || at.isAfter(LATEST)) {
        throw new IllegalArgumentException(
            "deadline '" + key + "' must be between 1970 and 9999, not " + at);
      }
    }
  }

  /** The same, a while after the decision was recorded. */
  record After(String key, Duration after, Command<?> command) implements Timing {
    /** Longest while: a hundred years. */
    public static final Duration LONGEST = Duration.ofDays(36_525);

    public After {
      checkKey(key);
      if (after.isNegative() || after.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "deadline '" + key + "' must be after 0 to 36525 days, not " + after);
      }
    }
  }

  /** What was set under the key is not sent any more, if it was not yet. */
  record Cancel(String key) implements Timing {
    public Cancel {
      checkKey(key);
    }
  }

  private static void checkKey(String key) {
    if (key.isBlank() || key.length() > MAX_KEY_LENGTH) {
      throw new IllegalArgumentException(
          "the key of a deadline has 1 to " + MAX_KEY_LENGTH + " characters: '" + key + "'");
    }
  }
}
