package dev.millrace.core.personal;

import java.util.UUID;

/** How a key stands. */
public sealed interface KeyState {
  /** It can be used. */
  record Alive(SubjectKey key) implements KeyState {}

  /** It was destroyed. */
  record Destroyed(UUID id, Subject subject) implements KeyState {}
}
