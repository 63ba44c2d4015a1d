package dev.millrace.architecture.planted.core;

import org.assertj.core.api.Assertions;

/** A library that the module may not use. */
public final class Fluent {

  public void check(int value) {
    Assertions.assertThat(value).isPositive();
  }
}
