package dev.millrace.log.internal;

import java.nio.charset.StandardCharsets;

/** UTF-8 without allocation for the texts that are common: short, and of ASCII. */
final class Utf8 {
  private Utf8() {}

  /** How many bytes a text takes. */
  static int length(String text) {
    int length = text.length();
    int bytes = length;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        return lengthOfAny(text, i);
      }
    }
    return bytes;
  }

  private static int lengthOfAny(String text, int from) {
    int bytes = from;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        bytes += 1;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (!Character.isSurrogate(c)) {
        bytes += 3;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else {
        bytes += 1; // half a pair is written as a question mark, as String.getBytes does
      }
    }
    return bytes;
  }

  /** Writes a text; returns the index after it. */
  static int encode(String text, byte[] target, int at) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, target, at, bytes.length);
        return at + bytes.length;
      }
      target[at + i] = (byte) c;
    }
    return at + length;
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes, int from, int length) {
    return new String(bytes, from, length, StandardCharsets.UTF_8);
  }
}
