package dev.millrace.log.internal;

import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.StoreFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A file of frames, as readers see it. */
final class Segment implements ByteSource {
  /** From the start of a frame to its content, in most: header and metadata. */
  private static final int USUAL_HEAD = 512;

  private final SegmentHeader header;
  private volatile DiskFile file;
  private final @Nullable SegmentKey key;
  private volatile int end;
  private volatile boolean checkedOnRead;

  /**
   * A segment.
   *
   * @param key what its frames are encrypted with; null: they are not
   * @param end every byte before it may be read
   */
  Segment(SegmentHeader header, DiskFile file, @Nullable SegmentKey key, int end) {
    this.header = header;
    this.file = file;
    this.key = key;
    this.end = end;
  }

  SegmentHeader header() {
    return header;
  }

  DiskFile file() {
    return file;
  }

  /** What its frames are encrypted with; null: they are not. */
  @Nullable SegmentKey key() {
    return key;
  }

  /** Has readers check every frame, since nothing has read the segment since it was opened. */
  void checkOnRead() {
    checkedOnRead = true;
  }

  boolean checkedOnRead() {
    return checkedOnRead;
  }

  long firstPosition() {
    return header.firstPosition();
  }

  /** Goes on with another file of the same bytes; who reads the one before goes on with it. */
  void moveTo(DiskFile other) {
    DiskFile before = file;
    checkedOnRead = true;
    file = other;
    Closing.quietly(before);
  }

  /** The same bytes, but none that would have to be fetched: for the writer, who does not wait. */
  ByteSource withoutWaiting() {
    DiskFile current = file;
    return current instanceof ArchivedFile archived
        ? (offset, least, wanted) -> readIfHere(archived, offset, least, wanted)
        : this;
  }

  private ByteBuffer readIfHere(ArchivedFile archived, int offset, int least, int wanted) {
    int length = length(offset, least, wanted);
    try {
      ByteBuffer bytes = archived.readIfHere(offset, length);
      if (bytes == null) {
        throw new SegmentElsewhereException(archived, offset, length);
      }
      return bytes.order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw unreadable(offset, length, e);
    }
  }

  int end() {
    return end;
  }

  void end(int end) {
    this.end = end;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // of the file of before
  public ByteBuffer read(int offset, int least, int wanted) {
    int length = length(offset, least, wanted);
    DiskFile current = file;
    try {
      if (length >= EventScan.SEQUENTIAL) {
        return current.read(offset, length).order(ByteOrder.LITTLE_ENDIAN);
      }
      ByteBuffer bytes = current.pick(offset, length).order(ByteOrder.LITTLE_ENDIAN);
      current.prefetch(offset, length);
      return bytes;
    } catch (IOException e) {
      if (current != file) { // it was moved meanwhile
        return read(offset, least, wanted);
      }
      throw unreadable(offset, length, e);
    }
  }

  /**
   * Begins to read bytes that are about to be looked at. Those beyond the end are left out, and
   * those that a reader would read in a sequence: a length may come from bytes that are damaged.
   */
  void expect(int offset, int length) {
    int from = Math.max(offset, SegmentHeader.BYTES);
    long to = Math.min((long) offset + Math.min(length, EventScan.SEQUENTIAL), end);
    if (from < to) {
      file.prefetch(from, (int) (to - from));
    }
  }

  /** Begins to read the frame of an event whose first bytes are there; see {@link ReadAhead}. */
  void expectFrame(int offset) {
    int content = before(offset, Frame.EVENT_BACK);
    expect(content - USUAL_HEAD, USUAL_HEAD + Frame.CONTENT_TENANT);
  }

  /** Begins to read all of a frame whose head is there, if readers check it. */
  void expectToCheck(int offset) {
    if (checkedOnRead) {
      int content = before(offset, Frame.EVENT_BACK);
      int start = content > 0 ? before(content, 0) : 0;
      if (start > 0 && start + Frame.HEADER_BYTES <= end) {
        expect(start, read(start, Frame.HEADER_BYTES, Frame.HEADER_BYTES).getInt(Frame.LENGTH));
      }
    }
  }

  /** What stands a distance before an offset that stands there; 0: nothing that can be right. */
  private int before(int offset, int distanceAt) {
    if (offset < SegmentHeader.BYTES || offset + Frame.EVENT_TYPE > end) {
      return 0;
    }
    int distance = read(offset, Frame.EVENT_TYPE, Frame.EVENT_TYPE).getInt(distanceAt);
    return distance > 0 && distance <= offset - SegmentHeader.BYTES ? offset - distance : 0;
  }

  private int length(int offset, int least, int wanted) {
    int available = end - offset;
    int length = Math.min(Math.max(least, wanted), available);
    if (offset < SegmentHeader.BYTES || length < least) {
      throw new IllegalStateException(
          "segment "
              + header.fileName()
              + " is read at "
              + offset
              + " to "
              + ((long) offset + least)
              + ", but ends at "
              + end);
    }
    return length;
  }

  private StoreFailedException unreadable(int offset, int length, IOException e) {
    return new StoreFailedException(
        "could not read "
            + length
            + " bytes of segment "
            + header.fileName()
            + " at offset "
            + offset
            + ": "
            + e.getMessage()
            + "; check the disk, then try again",
        e);
  }
}
