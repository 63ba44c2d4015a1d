package dev.millrace.core;

/** The rejection of commands that are never rejected; there is no value of it. */
public final class NoRejection {
  private NoRejection() {}
}
