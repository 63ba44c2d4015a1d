package dev.millrace.core.rehearsal;

/** Is told how far a rehearsal is and what it finds, on the thread that runs it. */
public interface RehearsalListener {
  /** Listens to nothing. */
  RehearsalListener NONE = new RehearsalListener() {};

  /** How far it is; called some times for each thousand events. */
  default void at(RehearsalProgress progress) {}

  /** A difference; each one, also those beyond what the report lists. */
  default void found(Difference difference) {}

  /** Whether to go on; if not, the report says how far it came. */
  default boolean goesOn() {
    return true;
  }
}
