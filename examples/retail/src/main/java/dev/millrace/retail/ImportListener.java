package dev.millrace.retail;

/** Follows an import. Called on its thread, often: must return quickly. */
public interface ImportListener {
  /** Does not look, and lets it run to its end. */
  ImportListener NONE = progress -> {};

  /** How far it is; after each command, and every few rows while reading. */
  void progressed(ImportProgress progress);

  /**
   * Asked before each command; false stops the import there. What was imported stays, and the next
   * run goes on.
   */
  default boolean goesOn() {
    return true;
  }
}
