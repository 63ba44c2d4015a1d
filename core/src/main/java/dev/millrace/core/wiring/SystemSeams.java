package dev.millrace.core.wiring;

import dev.millrace.core.seam.Seams;
import java.security.SecureRandom;
import java.time.Clock;

/** The system's clock, chance and threads. */
public final class SystemSeams {
  private static final Seams SHARED =
      new Seams(Clock.systemUTC(), new SecureRandom(), new ThreadScheduler());

  private SystemSeams() {}

  /** One set of seams for the process. */
  public static Seams shared() {
    return SHARED;
  }
}
