package dev.millrace.core;

import dev.millrace.core.processing.FailureCause;
import java.util.regex.Pattern;

/** Says why something failed, in a form that can be kept and grouped. */
final class FailureCauses {
  /** Longest message that is kept, in characters. */
  static final int MAX_MESSAGE = 500;

  private static final int MAX_SHAPE = 200;
  private static final int FRAMES = 5;
  private static final int DEEPEST_CAUSE = 16;

  private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"|`[^`]*`");
  private static final Pattern NUMBERS =
      Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|0x[0-9a-fA-F]+|[0-9]+");

  /** What a compiler or the JVM numbers differs between builds. */
  private static final Pattern NUMBERED = Pattern.compile("(/0x[0-9a-f]+|[$0-9])+");

  private FailureCauses() {}

  /**
   * Describes a failure.
   *
   * @param personal whether its message may quote personal values: then only its shape is kept
   */
  static FailureCause of(Throwable failure, boolean personal) {
    String message = String.valueOf(failure.getMessage());
    String kept = personal ? shape(message) : message;
    return new FailureCause(
        failure.getClass().getName(),
        kept.length() > MAX_MESSAGE ? kept.substring(0, MAX_MESSAGE) + "…" : kept,
        fingerprint(failure));
  }

  private static String fingerprint(Throwable failure) {
    Fingerprint fingerprint = new Fingerprint().add(shape(String.valueOf(failure.getMessage())));
    Throwable innermost = failure;
    int depth = 0;
    for (Throwable one = failure; one != null && depth < DEEPEST_CAUSE; one = one.getCause()) {
      fingerprint.add(stable(one.getClass().getName()));
      innermost = one;
      depth++;
    }
    StackTraceElement[] frames = innermost.getStackTrace();
    for (int i = 0; i < Math.min(FRAMES, frames.length); i++) {
      fingerprint.add(stable(frames[i].getClassName() + "." + frames[i].getMethodName()));
    }
    return fingerprint.toText().substring(0, 16);
  }

  private static String stable(String name) {
    return NUMBERED.matcher(name).replaceAll("#");
  }

  /** A message without its values. */
  static String shape(String message) {
    String shape = NUMBERS.matcher(QUOTED.matcher(message).replaceAll("'…'")).replaceAll("#");
    return shape.length() > MAX_SHAPE ? shape.substring(0, MAX_SHAPE) : shape;
  }
}
