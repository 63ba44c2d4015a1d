package dev.millrace.core;

/** An inbox that runs: to look at, and to operate. Safe for use from many threads. */
public interface RunningInbox {
  /** How it stands. */
  InboxStatus status();

  /** Appends what it has been given, and takes nothing more until it is resumed. */
  void pause();

  /** Goes on after a pause, or tries again now what failed. */
  void resume();
}
