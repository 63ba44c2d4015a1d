package dev.millrace.testkit.sim;

import java.util.Arrays;

/**
 * The bytes of a file, in pages that are never changed once written, so that a copy is cheap and
 * pages of zeros cost nothing.
 */
final class Content {
  private static final int PAGE = 4096;
  private static final byte[] ZEROS = new byte[PAGE];

  private byte[][] pages;
  private long size;

  Content() {
    this(new byte[0][], 0);
  }

  private Content(byte[][] pages, long size) {
    this.pages = pages;
    this.size = size;
  }

  Content copy() {
    return new Content(pages.clone(), size);
  }

  long size() {
    return size;
  }

  /** Grows with zeros, or cuts. */
  void resize(long newSize) {
    int count = Math.toIntExact((newSize + PAGE - 1) / PAGE);
    if (newSize < size) {
      pages = Arrays.copyOf(pages, count);
      int tail = (int) (newSize % PAGE);
      if (tail > 0) {
        pages[count - 1] = Arrays.copyOf(Arrays.copyOf(pages[count - 1], tail), PAGE);
      }
    } else if (count > pages.length) {
      int had = pages.length;
      pages = Arrays.copyOf(pages, Math.max(count, had + had / 4));
      Arrays.fill(pages, had, pages.length, ZEROS);
    }
    size = newSize;
  }

  void write(long offset, byte[] data, int from, int length) {
    if (length > 0 && offset + length > size) {
      resize(offset + length);
    }
    int done = 0;
    while (done < length) {
      int page = (int) ((offset + done) / PAGE);
      int start = (int) ((offset + done) % PAGE);
      int part = Math.min(PAGE - start, length - done);
      byte[] old = pages[page];
      if (!Arrays.equals(old, start, start + part, data, from + done, from + done + part)) {
        byte[] changed = old.clone();
        System.arraycopy(data, from + done, changed, start, part);
        pages[page] = changed;
      }
      done += part;
    }
  }

  byte[] read(long offset, int length) {
    byte[] result = new byte[length];
    int done = 0;
    while (done < length) {
      int start = (int) ((offset + done) % PAGE);
      int part = Math.min(PAGE - start, length - done);
      System.arraycopy(pages[(int) ((offset + done) / PAGE)], start, result, done, part);
      done += part;
    }
    return result;
  }
}
