package dev.millrace.core.personal;

/** Personal values of a subject that was forgotten were to be stored anew. */
public final class SubjectForgottenException extends SubjectKeysException {
  private static final long serialVersionUID = 1L;

  public SubjectForgottenException(Subject subject) {
    super(
        subject
            + " has been forgotten, so that nothing personal of it is stored any more; if it came"
            + " back and wants to be known again, say so with Millrace.remember");
  }
}
