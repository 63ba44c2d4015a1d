package dev.millrace.cli.terminal;

/** Colours and weights, or none: then every text stays as it is. */
public enum Ink {
  /** ANSI escape sequences. */
  COLOUR,
  /** Plain text. */
  PLAIN;

  /** Heavier. */
  public String bold(String text) {
    return wrap("1", text);
  }

  /** Lighter: what is less important. */
  public String dim(String text) {
    return wrap("2", text);
  }

  /** All is well. */
  public String good(String text) {
    return wrap("32", text);
  }

  /** Look here. */
  public String warning(String text) {
    return wrap("33", text);
  }

  /** Something is wrong. */
  public String bad(String text) {
    return wrap("31", text);
  }

  /** A name, or a bar. */
  public String accent(String text) {
    return wrap("36", text);
  }

  private String wrap(String code, String text) {
    return this == PLAIN || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }

  /** How many columns a text takes, without its escape sequences. */
  public static int width(String text) {
    int width = 0;
    int at = 0;
    while (at < text.length()) {
      if (text.charAt(at) == '\u001b') {
        int end = text.indexOf('m', at);
        at = end < 0 ? text.length() : end + 1;
      } else {
        int point = text.codePointAt(at);
        width++;
        at += Character.charCount(point);
      }
    }
    return width;
  }

  /** Cuts a text without escape sequences to a width, with an ellipsis. */
  public static String cut(String text, int width) {
    if (text.codePointCount(0, text.length()) <= width) {
      return text;
    }
    return width < 1 ? "" : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
  }

  /** Fills up with spaces on the right. */
  public static String left(String text, int width) {
    return text + " ".repeat(Math.max(0, width - width(text)));
  }

  /** Fills up with spaces on the left. */
  public static String right(String text, int width) {
    return " ".repeat(Math.max(0, width - width(text))) + text;
  }
}
