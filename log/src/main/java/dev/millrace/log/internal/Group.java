package dev.millrace.log.internal;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.core.store.SyncedAppend;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The appends that become durable with one sync: their frames, one after the other, and their
 * answers, given when that has happened.
 */
final class Group implements ByteSource {
  private static final int SMALLEST_BUFFER = 64 * 1024;

  private final Admission admission;
  private final Activity activity;
  private final FrameEncoder encoder = new FrameEncoder();
  private final int usualBytes;
  private byte[] buffer = new byte[SMALLEST_BUFFER];
  private byte[] plain = new byte[0];
  private int length;
  private Tail tail;
  private FrameEncoder.Group header = new FrameEncoder.Group(0, 0, 0, 0);
  private Instant time = Instant.EPOCH;
  private @Nullable PendingAppend first;
  private @Nullable PendingAppend last;
  private int count;
  private long bytes;
  private SyncedAppend.@Nullable Sync sync;

  Group(Admission admission, Tail tail, int usualBytes, Activity activity) {
    this.admission = admission;
    this.activity = activity;
    this.tail = tail;
    this.usualBytes = usualBytes;
  }

  /** Begins a group at the end of a segment. */
  void begin(Tail tail, Instant now) {
    this.tail = tail;
    tail.lastMicros = Math.max(tail.lastMicros, FrameView.micros(now));
    time = FrameView.instant(tail.lastMicros);
    header =
        new FrameEncoder.Group(
            tail.segment.header().salt(), tail.nextGroup, tail.end, tail.lastMicros);
    length = 0;
    first = null;
    last = null;
    count = 0;
    bytes = 0;
    sync = null;
    if (buffer.length > usualBytes) {
      buffer = new byte[SMALLEST_BUFFER];
    }
    if (plain.length > usualBytes) {
      plain = new byte[SMALLEST_BUFFER];
    }
  }

  /** Decides on an append and, when it goes in, adds its frame. */
  void add(PendingAppend pending, boolean room) {
    link(pending);
    try {
      decide(pending, room);
    } catch (StoreFailedException unreadable) {
      throw unreadable; // a disk that cannot be read is not written to either
    } catch (IndexDamagedException index) {
      pending.refusal = admission.without(index);
    } catch (MillraceException refusal) {
      pending.refusal = refusal;
    }
  }

  private void decide(PendingAppend pending, boolean room) {
    Append append = pending.append();
    pending.outcome = admission.repeated(append, this);
    if (pending.outcome != null) {
      return;
    }
    if (append.condition().failIfMatches() != null) {
      long match =
          admission.newestMatch(
              append.condition().failIfMatches(),
              append.condition().after(),
              tail.nextPosition - 1,
              this);
      if (match > 0) {
        pending.outcome = new Conflict(match);
        admission.report(append.condition(), activity);
        return;
      }
    }
    if (!room) {
      activity.refusedAsFull();
      throw new StoreFullException(
          "the disk of segment "
              + tail.segment.header().fileName()
              + " is full; make room, then append again: nothing of this append was stored");
    }
    encode(pending, append);
  }

  private void encode(PendingAppend pending, Append append) {
    ensure(length + pending.frameBytes());
    long position = tail.nextPosition;
    int written =
        tail.sealer == null
            ? encodePlain(append, position)
            : encodeSealed(pending, tail.sealer, append, position);
    if (Frame.aligned(written) != pending.frameBytes()) {
      throw new IllegalStateException(
          "a frame of " + pending.frameBytes() + " bytes came out with " + written);
    }
    length += pending.frameBytes();
    tail.nextPosition += append.events().size();
    pending.outcome = new Appended(position, tail.nextPosition - 1, time, false);
  }

  private int encodePlain(Append append, long position) {
    int written = encoder.append(buffer, length, header, append, position);
    tail.index.add(buffer, length, tail.end + length);
    return written;
  }

  private int encodeSealed(
      PendingAppend pending, FrameSealer sealer, Append append, long position) {
    if (plain.length < pending.frameBytes()) {
      plain = new byte[Math.max(pending.frameBytes(), SMALLEST_BUFFER)];
    }
    int written = encoder.append(plain, 0, header, append, position);
    tail.index.add(plain, 0, tail.end + length);
    return sealer.seal(plain, written, buffer, length);
  }

  /** Makes the group a marker. */
  void marker(boolean clean) {
    ensure(Frame.HEADER_BYTES);
    encoder.marker(buffer, 0, header, clean, tail.nextPosition);
    length = Frame.HEADER_BYTES;
  }

  private void link(PendingAppend pending) {
    pending.next = null;
    if (last == null) {
      first = pending;
    } else {
      last.next = pending;
    }
    last = pending;
    count++;
    bytes += pending.frameBytes();
  }

  private void ensure(int needed) {
    if (buffer.length < needed) {
      int grown = Math.max(needed, Math.min(buffer.length * 2, usualBytes));
      buffer = java.util.Arrays.copyOf(buffer, grown);
    }
  }

  /** Bytes of its frames. */
  int length() {
    return length;
  }

  int count() {
    return count;
  }

  long bytes() {
    return bytes;
  }

  /** Its frames, to be written. */
  ByteBuffer frames() {
    return ByteBuffer.wrap(buffer, 0, length);
  }

  /** Its frames are durable. */
  void synced(SyncedAppend.Sync sync) {
    this.sync = sync;
  }

  /** Answers everybody. */
  void answer() {
    for (PendingAppend at = first; at != null; ) {
      PendingAppend next = at.next;
      at.next = null;
      at.sync = sync;
      at.answer();
      at = next;
    }
    first = null;
    last = null;
  }

  /** Fails everybody. */
  void fail(RuntimeException failure) {
    for (PendingAppend at = first; at != null; at = at.next) {
      at.refusal = failure;
    }
    answer();
  }

  /** The bytes of the segment as if the group were written. */
  @Override
  public ByteBuffer read(int offset, int least, int wanted) {
    int start = offset - tail.end;
    if (start < 0) {
      return tail.segment.read(offset, least, wanted);
    }
    int available = Math.min(Math.max(least, wanted), length - start);
    return ByteBuffer.wrap(buffer, start, available).slice().order(ByteOrder.LITTLE_ENDIAN);
  }
}
