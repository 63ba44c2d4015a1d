package dev.millrace.core.wiring;

/** What this process is called, for people. */
public final class ProcessName {
  private ProcessName() {}

  /** Machine and number, as in {@code web-1/4711}. */
  public static String current() {
    String host = System.getenv("HOSTNAME");
    return (host == null || host.isBlank() ? "process" : host)
        + "/"
        + ProcessHandle.current().pid();
  }
}
