package dev.millrace.log;

/** Checks and counts a store that no process has open. */
public final class LogFolder {
  private LogFolder() {}
}
