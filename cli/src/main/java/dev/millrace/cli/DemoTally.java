package dev.millrace.cli;

import java.util.concurrent.atomic.AtomicLong;

/** Counts what the demo has sent. Safe for use from many threads. */
final class DemoTally {
  final AtomicLong accepted = new AtomicLong();
  final AtomicLong rejected = new AtomicLong();

  long commands() {
    return accepted.get() + rejected.get();
  }
}
