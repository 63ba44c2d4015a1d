package dev.millrace.cli;

/** What the process says when it ends. */
final class ExitCode {
  /** It did what it was asked. */
  static final int OK = 0;

  /** It could not, or what it looked at is damaged, or differs in a rehearsal. */
  static final int FAILURE = 1;

  /** It was asked in a wrong way: an unknown command, option or setting, or a wrong value. */
  static final int USAGE = 2;

  private ExitCode() {}
}
