package dev.millrace.log.internal;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The groups on their way from the queue to their answer, in order: formed by the writer, flushed
 * by it or by the {@link Flusher}, answered by the writer. There are three at most: the one that is
 * formed, or ready and taken back for more, as long as nobody has begun to flush it; one that is
 * being flushed; and one that is durable and not answered yet.
 *
 * <p>As a source of bytes it shows the active segment as if all of them were written. All but what
 * says otherwise is for the writer's thread.
 */
final class Groups implements ByteSource {
  private static final int MOST = 3;

  private final Group[] ring = new Group[MOST];
  private Tail tail;
  private long begun;
  private long answered;
  private volatile long flushed;

  /**
   * No groups yet.
   *
   * @param group makes one, given the bytes of the active segment
   */
  Groups(Tail tail, Function<ByteSource, Group> group) {
    this.tail = tail;
    for (int i = 0; i < MOST; i++) {
      ring[i] = group.apply(this);
    }
  }

  private Group group(long number) {
    return ring[(int) (number % MOST)];
  }

  /** Whether nothing is on its way. */
  boolean isEmpty() {
    return answered == begun;
  }

  /** Whether only one is on its way. */
  boolean isSingle() {
    return answered + 1 == begun;
  }

  /**
   * The group to add to: the newest, if it waits behind another one to be flushed, else a new one.
   */
  Group open(Tail tail, Instant now) {
    this.tail = tail;
    if (begun - answered > 1 && group(begun - 1).takeBack()) {
      return group(begun - 1);
    }
    Group group = group(begun);
    group.begin(tail, now, begun);
    begun++;
    return group;
  }

  /** Whether another append may be put into a group while one is being flushed. */
  boolean hasRoom(Intake intake) {
    return begun - answered < 2 || !group(begun - 1).isReady() || !intake.isHalf(group(begun - 1));
  }

  /** The oldest that is not answered. */
  Group oldest() {
    return group(answered);
  }

  /** The next one to be flushed, which is the caller's from now on; null: none is ready. */
  @Nullable Group beginFlush() {
    long turn = flushed; // read once: the other one may flush a group meanwhile
    return group(turn).take(turn) ? group(turn) : null;
  }

  /** The frames of the group that was to be flushed are durable; for whoever flushed it. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one is flushed at a time
  void flushed() {
    Group group = group(flushed);
    flushed++;
    group.flushed();
  }

  /** Takes the oldest one when it is durable; null: there is none to answer. */
  @Nullable Group takeDurable() {
    if (isEmpty() || !oldest().isFlushed()) {
      return null;
    }
    Group durable = oldest();
    answered++;
    return durable;
  }

  /** Fails everybody who waits. */
  void fail(RuntimeException failure) {
    while (!isEmpty()) {
      oldest().fail(failure);
      answered++;
    }
  }

  @Override
  public ByteBuffer read(int offset, int least, int wanted) {
    for (long number = begun - 1; number >= answered; number--) {
      Group group = group(number);
      if (offset >= group.start()) {
        return group.read(offset, least, wanted);
      }
    }
    return tail.segment.read(offset, least, wanted);
  }
}
