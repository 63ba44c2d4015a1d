package dev.millrace.cli.demo;

import java.time.Duration;

/** Where a demonstration is shown. Used by one thread. */
public sealed interface DemoView extends AutoCloseable permits JsonView, LiveView, PlainView {
  /** How often it wants to be shown. */
  Duration every();

  /** It serves. */
  void ready(DemoState state);

  /** It goes on. */
  void progress(DemoState state);

  /** It has ended; nothing is drawn in place any more. */
  void summary(DemoState state);

  @Override
  void close();
}
