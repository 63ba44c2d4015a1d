package dev.millrace.architecture.planted.core.one;

import dev.millrace.architecture.planted.core.two.Second;

/** Half of a circle. */
public record First(Second second) {

  /** What the other half knows. */
  public record Part(int number) {}
}
