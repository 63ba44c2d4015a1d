package dev.millrace.testkit.sim;

import java.io.IOException;

/** The simulated machine is off: whoever still runs on it is already dead and does not know it. */
public final class PowerLostException extends IOException {
  private static final long serialVersionUID = 1L;

  PowerLostException(String message) {
    super(message);
  }
}
