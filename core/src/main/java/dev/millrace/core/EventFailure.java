package dev.millrace.core;

import org.jspecify.annotations.Nullable;

/** A part could not be handled; only within the runtime. */
final class EventFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** It is not known which event it was. */
  static final int UNKNOWN = -1;

  private final int index;
  private final Throwable reason;
  private final boolean mayBeSaved;
  private final boolean isOfReading;

  /**
   * Wraps what went wrong.
   *
   * @param index of the event in its part, or {@link #UNKNOWN}
   */
  EventFailure(int index, Throwable reason) {
    this(index, reason, false);
  }

  /**
   * Wraps what went wrong.
   *
   * @param mayBeSaved whether only the answer may be lost
   */
  EventFailure(int index, Throwable reason, boolean mayBeSaved) {
    this(index, reason, mayBeSaved, false);
  }

  private EventFailure(int index, Throwable reason, boolean mayBeSaved, boolean isOfReading) {
    super(reason.getMessage(), reason, false, false);
    this.index = index;
    this.reason = reason;
    this.mayBeSaved = mayBeSaved;
    this.isOfReading = isOfReading;
  }

  /** The event itself cannot be read, before any handler has it. */
  static EventFailure ofReading(int index, Throwable reason) {
    return new EventFailure(index, reason, false, true);
  }

  int index() {
    return index;
  }

  Throwable reason() {
    return reason;
  }

  /** Whether only the answer may be lost. */
  static boolean mayBeSaved(Throwable failure) {
    return failure instanceof EventFailure known && known.mayBeSaved;
  }

  /** Whether the event itself cannot be read, and not another that its handler needs. */
  static boolean isOfReading(Throwable failure) {
    return failure instanceof EventFailure known && known.isOfReading;
  }

  /** Of which event a failure is. */
  static int indexOf(Throwable failure) {
    return failure instanceof EventFailure known ? known.index() : UNKNOWN;
  }

  /** What went wrong, without the wrapping. */
  static Throwable reasonOf(Throwable failure) {
    Throwable inner = failure;
    while (true) {
      @Nullable Throwable cause = inner.getCause();
      if (inner instanceof EventFailure known) {
        inner = known.reason();
      } else if (inner instanceof java.util.concurrent.CompletionException && cause != null) {
        inner = cause;
      } else {
        return inner;
      }
    }
  }
}
