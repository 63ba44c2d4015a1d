package dev.millrace.core.store;

/**
 * Refuses text that has no UTF-8 form. Encoders put a question mark for half of a surrogate pair,
 * so that two different keys would be stored as one.
 */
final class WellFormed {
  private WellFormed() {}

  static void check(String what, String text) {
    for (int i = 0; i < text.length(); i++) {
      char at = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(at)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (Character.isSurrogate(at)) {
        throw new IllegalArgumentException(
            what + " has half of a surrogate pair at index " + i + ", which is no character");
      }
    }
  }
}
