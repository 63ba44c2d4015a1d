package dev.millrace.log.internal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what has nothing left to lose. */
final class Closing {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private Closing() {}

  static void quietly(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) { // everything in it is durable, or has been reported
      LOG.warn("could not close {}", resource, e);
    }
  }
}
