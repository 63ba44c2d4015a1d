package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.IoCompletion;
import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.seam.Worker;
import dev.millrace.core.store.DiskRoom;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreActivity;
import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.SyncedAppend;
import dev.millrace.log.LogOptions;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a store.
 *
 * <p>It takes what waits in the queue, decides on each append in order, writes the frames of those
 * that go in, syncs once, and only then publishes and answers. Meanwhile the next group gathers in
 * the queue. Room is made before a group is formed: the segment is filled with zeros ahead, so that
 * a full disk is met there, where nothing can be torn. After a failed write or sync it latches:
 * what the disk holds is unknown, and a second sync could succeed although the data is gone.
 */
final class Writer implements Worker, Room.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  /**
   * Looks at the queue after a group before the thread is given up: a caller that was just answered
   * often appends again at once, and waking a thread costs a good part of a sync.
   */
  private static final int SPINS = 1_000;

  private final Disk disk;
  private final Seams seams;
  private final LogOptions options;
  private final Visible visible;
  private final Hash64 hash;
  private final StoreKeys keys;
  private final Preparer preparer;
  private final Room room;
  private final AppendQueue queue;
  private final Backlog backlog;
  private final Group group;
  private final IoScript script = new IoScript(this::wake);
  private final List<IoScript.Step> writeAndSync = List.of(this::write, this::sync);
  private final Next whenIdle;
  private final IndexMaker indexes;
  private final Activity activity;
  private final DiskWatch watch;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private Tail tail;
  private long lastGroupMillis;
  private Instant syncBegan = Instant.EPOCH;
  private int spins;
  private volatile Scheduler.@Nullable Running running;
  private volatile @Nullable StoreFailedException failure;
  private volatile boolean closing;

  /**
   * A writer that does nothing until it is started.
   *
   * @param indexes makes the indexes of segments that have got a successor
   */
  Writer(
      Disk disk,
      Seams seams,
      LogOptions options,
      Visible visible,
      Tail tail,
      Hash64 hash,
      StoreKeys keys,
      IndexMaker indexes,
      Activity activity,
      DiskWatch watch) {
    this.disk = disk;
    this.seams = seams;
    this.options = options;
    this.visible = visible;
    this.tail = tail;
    this.hash = hash;
    this.keys = keys;
    this.indexes = indexes;
    this.activity = activity;
    this.watch = watch;
    this.queue = new AppendQueue(options.maxQueuedAppends(), options.maxQueuedBytes());
    this.backlog = new Backlog(queue);
    this.group =
        new Group(
            new Admission(visible, hash, indexes::damaged),
            tail,
            options.maxGroupBytes(),
            activity);
    this.whenIdle = new Next.After(options.idle());
    SegmentFiles files = new SegmentFiles(disk, options.reserveBytes());
    this.preparer = new Preparer(disk, seams, options, files, tail.segment, this::wake);
    this.room = new Room(seams, options, files, preparer, keys, watch, script, this);
  }

  void start() {
    lastGroupMillis = seams.clock().millis();
    running = seams.scheduler().start("millrace-log-writer", this);
    preparer.start();
    wake(); // a completion may have come before there was anyone to wake
  }

  /** Puts an append into the queue. */
  AppendQueue.Offer offer(PendingAppend append) {
    AppendQueue.Offer offer = queue.offer(append);
    if (offer == AppendQueue.Offer.TAKEN) {
      wake();
    }
    return offer;
  }

  /** Why it latched; null when it has not. */
  @Nullable StoreFailedException failure() {
    return failure;
  }

  /** Finishes what is in the queue, marks the end, and ends. */
  CompletableFuture<Void> close() {
    closing = true;
    wake();
    return ended.thenCompose(finished -> preparer.close());
  }

  void wake() {
    Scheduler.Running current = running;
    if (current != null) {
      current.wake();
    }
  }

  @Override
  public Next step() {
    try {
      Next next = null;
      while (next == null) {
        next = script.running() && !script.advance() ? Next.Signal.WAIT : work();
      }
      return next;
    } catch (RuntimeException | Error unexpected) { // nobody may wait for ever, whatever happened
      latch("deciding on group " + tail.nextGroup, unexpected);
      return Next.Signal.DONE;
    }
  }

  /** What comes next when no operation is under way; null: look again. */
  private @Nullable Next work() {
    if (ended.isDone()) {
      return Next.Signal.DONE;
    }
    if (script.running()) {
      return null;
    }
    IOException unprepared = preparer.failure();
    if (unprepared != null) {
      latch("making segment " + preparer.name(), unprepared);
      return null;
    }
    PendingAppend first = closing ? backlog.first() : backlog.firstSoon(spins);
    spins = 0;
    if (first == null) {
      return nothingToDo();
    }
    if (!visible.indexed()) {
      return waitForIndexes();
    }
    if (room.isFull() || room.isFor(first, tail, group.length())) {
      form();
      room.tryAgain();
    }
    return script.running() ? null : Next.Signal.AGAIN;
  }

  /** Whether an id was used cannot be said while an index is missing. */
  private @Nullable Next waitForIndexes() {
    MillraceException damage = indexes.damage();
    if (damage == null) {
      return Next.Signal.WAIT;
    }
    latch("making a missing index", damage);
    return null;
  }

  private @Nullable Next nothingToDo() {
    if (closing) {
      finish();
      return null;
    }
    if (tail.proven) {
      return Next.Signal.WAIT;
    }
    if (seams.clock().millis() - lastGroupMillis < options.idle().toMillis()) {
      return whenIdle;
    }
    if (markOrPrepare(false)) {
      return null;
    }
    room.tryAgain();
    DiskRoom unused = watch.room();
    return Next.Signal.WAIT;
  }

  /** Writes a marker, or first makes room for it; false when the disk is full. */
  private boolean markOrPrepare(boolean clean) {
    if (room.isForMarker(tail)) {
      mark(clean);
      return true;
    }
    return script.running();
  }

  @Override
  public void rolled(SegmentHeader header, SegmentFiles.Making made) {
    SegmentKey key = keys.open(header);
    ActiveIndex index = new ActiveIndex(hash, key);
    index.expectAsMuchAs(tail.index);
    Segment segment = new Segment(header, made.file(), key, SegmentHeader.BYTES);
    tail = Tail.fresh(segment, index, made.prepared(), tail.lastMicros, seams.random());
    visible.add(segment, index);
    indexes.wake();
    DiskRoom unused = watch.room();
  }

  @Override
  public void failed(String what, IOException failure) {
    latch(what, failure);
  }

  private void form() {
    group.begin(tail, seams.clock().instant());
    long most = Math.min(tail.prepared, (long) tail.end + options.maxGroupBytes());
    PendingAppend next = backlog.first();
    while (next != null && visible.indexed()) {
      long end = (long) tail.end + group.length() + next.frameBytes() + Tail.MARKERS;
      boolean fits = end <= most || (group.length() == 0 && end <= tail.prepared);
      if (!fits && !room.isFull()) {
        break;
      }
      backlog.removeFirst(); // first: whatever happens to it, the others are still there
      group.add(next, fits);
      next = backlog.first();
    }
    if (group.length() == 0) {
      answer();
    } else {
      script.start(writeAndSync, this::durable);
    }
  }

  private void write(IoCompletion completion) {
    tail.segment.file().write(tail.end, group.frames(), completion);
  }

  private void sync(IoCompletion completion) {
    syncBegan = seams.clock().instant();
    tail.segment.file().sync(completion);
  }

  private void durable(@Nullable IOException failed) {
    if (failed != null) {
      latch("writing group " + tail.nextGroup, failed);
      return;
    }
    advance(group.length());
    tail.proven = false;
    tail.clean = false;
    Instant now = seams.clock().instant();
    lastGroupMillis = now.toEpochMilli();
    group.synced(new SyncedAppend.Sync(syncBegan, now));
    activity.synced(tail.nextPosition - 1 - visible.head(), group.length(), micros(syncBegan, now));
    visible.publish(tail.nextPosition - 1);
    preparer.written(tail.end);
    answer();
    spins = SPINS;
  }

  private static long micros(Instant from, Instant to) {
    return (to.getEpochSecond() - from.getEpochSecond()) * 1_000_000
        + (to.getNano() - from.getNano()) / 1_000;
  }

  private void advance(int written) {
    tail.end += written;
    tail.nextGroup++;
    tail.segment.end(tail.end);
  }

  private void answer() {
    queue.release(group.count(), group.bytes());
    group.answer();
  }

  /** Writes a frame that proves the groups before it. */
  private void mark(boolean clean) {
    group.begin(tail, seams.clock().instant());
    group.marker(clean);
    script.start(
        writeAndSync,
        failed -> {
          if (failed == null) {
            advance(group.length());
            tail.proven = true;
            tail.clean = clean;
          } else {
            latch("writing a marker", failed);
          }
        });
  }

  private void finish() {
    if (!tail.clean && markOrPrepare(true)) {
      return;
    }
    backlog.refuse(new StoreClosedException("the store in " + disk.location() + " is closed"));
    ended.complete(null);
  }

  private void latch(String what, Throwable cause) {
    StoreFailedException latched =
        new StoreFailedException(
            "the store in "
                + disk.location()
                + " stopped: "
                + what
                + " failed ("
                + cause.getMessage()
                + "). Nothing more is appended; check the disk, then open the store again and"
                + " append with the same id to learn whether an append was stored",
            cause);
    failure = latched;
    LOG.error(latched.getMessage(), cause);
    group.fail(latched);
    backlog.refuse(latched);
    ended.complete(null);
  }

  /** Appends that wait or are being written. */
  StoreActivity.Queue waiting() {
    return queue.waiting();
  }

  /** The file that is being written. */
  DiskFile file() {
    return tail.segment.file();
  }
}
