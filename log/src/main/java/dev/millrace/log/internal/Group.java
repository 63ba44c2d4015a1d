package dev.millrace.log.internal;

import dev.millrace.core.seam.IoCompletion;
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
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The appends that become durable with one sync: their frames, one after the other, and their
 * answers, given when that has happened.
 */
final class Group implements ByteSource {
  private static final int SMALLEST_BUFFER = 64 * 1024;

  /** The writer has it. */
  private static final int FORMING = 0;

  /** Nobody has it yet. */
  private static final int READY = 1;

  /** Whoever flushes it has it. */
  private static final int FLUSHING = 2;

  /** The writer has it again. */
  private static final int FLUSHED = 3;

  private final Admission admission;
  private final Activity activity;
  private final InstantSource clock;
  private final ByteSource segment;
  private final FrameEncoder encoder = new FrameEncoder();
  private final int usualBytes;
  private final List<IoScript.Step> writeAndSync = List.of(this::write, this::sync, this::note);
  private byte[] buffer = new byte[0];
  private byte[] plain = new byte[0];
  private Tail tail;
  private FrameEncoder.Group header = new FrameEncoder.Group(0, 0, 0, 0);
  private Instant time = Instant.EPOCH;
  private int start;
  private int length;
  private int events;
  private int count;
  private long bytes;
  private @Nullable PendingAppend first;
  private @Nullable PendingAppend last;
  private boolean marker;
  private boolean clean;
  private Instant syncBegan = Instant.EPOCH;
  private SyncedAppend.@Nullable Sync sync;
  private long turn;

  /** Its turn and, in the two low bits, who has it: a turn that is over is never mistaken. */
  private final AtomicLong state = new AtomicLong();

  /**
   * A group that has not begun.
   *
   * @param segment the active segment, with the groups that are not written yet
   */
  Group(
      Admission admission,
      Activity activity,
      InstantSource clock,
      Tail tail,
      int usualBytes,
      ByteSource segment) {
    this.admission = admission;
    this.activity = activity;
    this.clock = clock;
    this.tail = tail;
    this.usualBytes = usualBytes;
    this.segment = segment;
  }

  /**
   * Begins a group at the end of a segment, and of the groups that are not written yet.
   *
   * @param turn no other group has, or had
   */
  void begin(Tail tail, Instant now, long turn) {
    this.tail = tail;
    this.turn = turn;
    tail.lastMicros = Math.max(tail.lastMicros, FrameView.micros(now));
    time = FrameView.instant(tail.lastMicros);
    header =
        new FrameEncoder.Group(
            tail.segment.header().salt(), tail.nextGroup, tail.end, tail.lastMicros);
    start = tail.end;
    length = 0;
    events = 0;
    count = 0;
    bytes = 0;
    first = null;
    last = null;
    sync = null;
    marker = false;
    clean = false;
    state.set(is(FORMING));
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
    pending.outcome = admission.repeated(append, segment);
    if (pending.outcome != null) {
      return;
    }
    pending.refusal = pending.ifItIsNew;
    if (pending.refusal != null) {
      return;
    }
    if (append.condition().failIfMatches() != null) {
      long match =
          admission.newestMatch(
              append.condition().failIfMatches(),
              append.condition().after(),
              tail.nextPosition - 1,
              segment);
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
    if (length == 0) {
      tail.nextGroup++;
    }
    length += pending.frameBytes();
    events += append.events().size();
    tail.end += pending.frameBytes();
    tail.nextPosition += append.events().size();
    pending.outcome = new Appended(position, tail.nextPosition - 1, time, false);
  }

  private int encodePlain(Append append, long position) {
    int written = encoder.append(buffer, length, header, append, position);
    tail.index.add(buffer, length, tail.end);
    return written;
  }

  private int encodeSealed(
      PendingAppend pending, FrameSealer sealer, Append append, long position) {
    if (plain.length < pending.frameBytes()) {
      plain = new byte[Math.max(pending.frameBytes(), SMALLEST_BUFFER)];
    }
    int written = encoder.append(plain, 0, header, append, position);
    tail.index.add(plain, 0, tail.end);
    return sealer.seal(plain, written, buffer, length);
  }

  /** Makes the group a marker. */
  void marker(boolean clean) {
    ensure(Frame.HEADER_BYTES);
    encoder.marker(buffer, 0, header, clean, tail.nextPosition);
    marker = true;
    this.clean = clean;
    length = Frame.HEADER_BYTES;
    tail.nextGroup++;
    tail.end += length;
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
      int grown = Math.max(SMALLEST_BUFFER, Math.min(buffer.length * 2, usualBytes));
      buffer = java.util.Arrays.copyOf(buffer, Math.max(needed, grown));
    }
  }

  /** Its number in the store. */
  long number() {
    return header.number();
  }

  /** Whether it proves the groups before it, and holds no appends. */
  boolean isMarker() {
    return marker;
  }

  /** Whether it says that the store was closed. */
  boolean isClean() {
    return clean;
  }

  /** Where it begins in the segment. */
  int start() {
    return start;
  }

  /** Where it ends in the segment. */
  int end() {
    return start + length;
  }

  /** Bytes of its frames. */
  int length() {
    return length;
  }

  int events() {
    return events;
  }

  int count() {
    return count;
  }

  long bytes() {
    return bytes;
  }

  /** What makes it durable; nothing, when no append of it goes in. */
  List<IoScript.Step> flush() {
    return length == 0 ? List.of() : writeAndSync;
  }

  private void write(IoCompletion completion) {
    tail.segment.file().write(start, ByteBuffer.wrap(buffer, 0, length), completion);
  }

  private void sync(IoCompletion completion) {
    syncBegan = clock.instant();
    tail.segment.file().sync(completion);
  }

  private void note(IoCompletion completion) {
    sync = new SyncedAppend.Sync(syncBegan, clock.instant());
    completion.completed(null);
  }

  /** Whether it is ready and nobody has begun to flush it. */
  boolean isReady() {
    return state.get() == is(READY);
  }

  /** Leaves it to be flushed. */
  void ready() {
    state.set(is(READY));
  }

  /** Makes it the writer's again, if it is ready and nobody has begun to flush it. */
  boolean takeBack() {
    return state.compareAndSet(is(READY), is(FORMING));
  }

  /** Makes it the caller's to be flushed, if it is ready and this is its turn. */
  boolean take(long turn) {
    return state.compareAndSet(turn << 2 | READY, turn << 2 | FLUSHING);
  }

  /** Its frames are durable; for whoever flushed it. */
  void flushed() {
    state.set(is(FLUSHED));
  }

  /** Whether its frames are durable. */
  boolean isFlushed() {
    return state.get() == is(FLUSHED);
  }

  private long is(int who) {
    return turn << 2 | who;
  }

  /** When it was synced; null: nothing of it went in. */
  SyncedAppend.@Nullable Sync sync() {
    return sync;
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

  /** The bytes of the segment from an offset within the group. */
  @Override
  public ByteBuffer read(int offset, int least, int wanted) {
    int from = offset - start;
    int available = Math.min(Math.max(least, wanted), length - from);
    return ByteBuffer.wrap(buffer, from, available).slice().order(ByteOrder.LITTLE_ENDIAN);
  }
}
