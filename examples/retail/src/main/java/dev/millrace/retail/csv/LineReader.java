package dev.millrace.retail.csv;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a stream, each within a bound and strictly UTF-8. A line is a row: a quoted field cannot
 * go on in the next line, so that one broken quote costs one row and not the rest of the file.
 */
final class LineReader {
  /** Longest line, in bytes. */
  static final int MAX_LINE_BYTES = 64 << 10;

  private final InputStream in;
  private final byte[] buffer = new byte[64 << 10];
  private final CharsetDecoder utf8 =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private byte[] line = new byte[512];
  private int position;
  private int limit;
  private long number;

  /**
   * A line.
   *
   * @param number from 1
   * @param text without its end; what could be read of it when there is a problem
   * @param problem why it cannot be used, or null
   */
  record Line(long number, String text, @Nullable String problem) {}

  LineReader(InputStream in) {
    this.in = in;
  }

  /** The number of the line that was read last. */
  long number() {
    return number;
  }

  /** The next line, or null at the end. */
  @Nullable Line next() throws IOException {
    int length = 0;
    boolean tooLong = false;
    boolean any = false;
    while (true) {
      if (position == limit && !fill()) {
        break;
      }
      any = true;
      int end = endOfLine();
      int chunk = end - position;
      if (length + chunk > MAX_LINE_BYTES) {
        tooLong = true;
        chunk = Math.max(0, MAX_LINE_BYTES - length);
      }
      append(length, chunk);
      length += chunk;
      position = end;
      if (end < limit) {
        position++;
        break;
      }
    }
    if (!any) {
      return null;
    }
    number++;
    int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    return tooLong
        ? new Line(number, lenient(end), "longer than " + MAX_LINE_BYTES + " bytes")
        : decode(end);
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(buffer));
    return limit > 0;
  }

  private int endOfLine() {
    int end = position;
    while (end < limit && buffer[end] != '\n') {
      end++;
    }
    return end;
  }

  private void append(int length, int chunk) {
    if (length + chunk > line.length) {
      line = Arrays.copyOf(line, Math.max(length + chunk, 2 * line.length));
    }
    System.arraycopy(buffer, position, line, length, chunk);
  }

  private Line decode(int length) {
    try {
      return new Line(number, utf8.decode(ByteBuffer.wrap(line, 0, length)).toString(), null);
    } catch (CharacterCodingException e) {
      return new Line(number, lenient(length), "not UTF-8: " + e.getMessage());
    }
  }

  private String lenient(int length) {
    return new String(line, 0, length, StandardCharsets.UTF_8);
  }
}
