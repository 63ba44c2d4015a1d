package dev.millrace.architecture.planted.cli;

/** An empty name. */
public record OrderManager(int orders) {

  /** An empty name, nested. */
  public record OrderHelper(int orders) {}
}
