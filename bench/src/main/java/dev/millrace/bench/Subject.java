package dev.millrace.bench;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is measured: something that makes events durable. Safe for use from many threads. */
interface Subject {
  /** Appends new events together; returns when they are durable. */
  void append(int events) throws Exception;

  /**
   * Appends new events together without waiting for the answer.
   *
   * @param answer called once, from any thread, when they are durable, or with what went wrong; it
   *     does not block
   */
  void submit(int events, Consumer<@Nullable Throwable> answer) throws Exception;
}
