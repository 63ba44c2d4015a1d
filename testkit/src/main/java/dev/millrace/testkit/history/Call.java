package dev.millrace.testkit.history;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.StoredAppend;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One call of a client: when it began and when it ended, as numbers of a clock that ticks with
 * each, and what came of it. Without an end nobody knows.
 */
final class Call {
  final String client;
  final Asked asked;
  final long began;
  long ended = Long.MAX_VALUE;
  Answer answer = Answer.Unknown.UNKNOWN;

  Call(String client, Asked asked, long began) {
    this.client = client;
    this.asked = asked;
    this.began = began;
  }

  /** What was asked for. */
  sealed interface Asked {
    record Appending(Append append) implements Asked {}

    record Reading(Query query, long from, Direction direction, int limit) implements Asked {}

    record Finding(UUID id) implements Asked {}

    record Head() implements Asked {}
  }

  /** What came of it. */
  sealed interface Answer {
    record Ok(AppendResult result) implements Answer {}

    record Page(EventPage page) implements Answer {}

    record Found(@Nullable StoredAppend append) implements Answer {}

    record Position(long head) implements Answer {}

    /** Nothing was done. */
    record Refused(Throwable why) implements Answer {}

    /** It may have been done, or may be yet. */
    enum Unknown implements Answer {
      UNKNOWN
    }
  }

  @Override
  public String toString() {
    return client + " " + asked + " -> " + answer + " [" + began + ", " + ended + "]";
  }
}
