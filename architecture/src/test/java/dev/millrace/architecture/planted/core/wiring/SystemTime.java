package dev.millrace.architecture.planted.core.wiring;

import java.time.Instant;

/** The real thing, where it belongs. */
public final class SystemTime {

  public Instant instant() {
    return Instant.now();
  }
}
