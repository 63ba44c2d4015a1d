package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
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
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a store.
 *
 * <p>It takes what waits in the queue, decides on each append in order, writes the frames of those
 * that go in, syncs once, and only then publishes and answers. Meanwhile the next group gathers in
 * the queue. A group that takes long enough to form is left to the {@link Flusher}, so that the
 * next one forms while it is synced. Room is made before a group is formed: the segment is filled
 * with zeros ahead, so that a full disk is met there, where nothing can be torn. After a failed
 * write or sync it latches: what the disk holds is unknown, and a second sync could succeed
 * although the data is gone.
 */
final class Writer implements Worker, Room.Owner {
  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  private final Disk disk;
  private final Seams seams;
  private final LogOptions options;
  private final Visible visible;
  private final Hash64 hash;
  private final StoreKeys keys;
  private final Preparer preparer;
  private final Room room;
  private final Intake intake;
  private final Flusher flusher;
  private final Groups groups;
  private final IoScript script = new IoScript(this::wake);
  private final Next whenIdle;
  private final IndexMaker indexes;
  private final Activity activity;
  private final DiskWatch watch;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  private Tail tail;
  private long lastGroupMillis;
  private int lastGroupBytes;
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
    this.intake = new Intake(options, this::wake);
    Admission admission = new Admission(visible, hash, indexes::damaged);
    this.groups =
        new Groups(
            tail,
            segment ->
                new Group(
                    admission, activity, seams.clock(), tail, options.maxGroupBytes(), segment));
    this.flusher = new Flusher(seams, groups, this::wake);
    this.whenIdle = new Next.After(options.idle());
    SegmentFiles files = new SegmentFiles(disk, options.reserveBytes());
    this.preparer = new Preparer(disk, seams, options, files, tail.segment, this::wake);
    this.room = new Room(seams, options, files, preparer, keys, watch, script, this);
  }

  void start() {
    lastGroupMillis = seams.clock().millis();
    running = seams.scheduler().start("millrace-log-writer", this);
    preparer.start();
    flusher.start();
    wake(); // a completion may have come before there was anyone to wake
  }

  /** Puts an append into the queue. */
  AppendQueue.Offer offer(PendingAppend append) {
    return intake.offer(append);
  }

  /** Why it latched; null when it has not. */
  @Nullable StoreFailedException failure() {
    return failure;
  }

  /** Finishes what is in the queue, marks the end, and ends. */
  CompletableFuture<Void> close() {
    closing = true;
    wake();
    return ended.thenCompose(finished -> flusher.close()).thenCompose(finished -> preparer.close());
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
    answerDurable();
    IOException unprepared = preparer.failure();
    if (unprepared != null) {
      latch("making segment " + preparer.name(), unprepared);
      return null;
    }
    return groups.isEmpty() ? workAlone() : workBesideFlush();
  }

  /** What comes next when all that was formed is answered. */
  private @Nullable Next workAlone() {
    intake.wakeAtOnce();
    PendingAppend first = closing ? intake.first() : intake.firstSoon();
    if (first == null) {
      return nothingToDo();
    }
    if (!visible.indexed()) {
      return waitForIndexes();
    }
    if (room.isFull() || room.isFor(first, tail, lastGroupBytes)) {
      form();
      room.tryAgain();
    }
    return script.running() ? null : Next.Signal.AGAIN;
  }

  /**
   * What comes next while the flusher has something to do: the next group, as far as it has room.
   */
  private @Nullable Next workBesideFlush() {
    IOException failed = flusher.failure();
    if (failed != null) {
      latch("writing group " + groups.oldest().number(), failed);
      return null;
    }
    PendingAppend first = intake.first();
    if (first != null
        && visible.indexed()
        && fits(first, tail.prepared)
        && groups.hasRoom(intake)) {
      form();
      return Next.Signal.AGAIN;
    }
    intake.wakeWhenGathered();
    return Next.Signal.WAIT;
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

  /**
   * Puts what waits into a group, as far as there is room. When it takes long to form, half of what
   * has no answer yet is enough: the other half forms while it is flushed.
   */
  private void form() {
    Group group = groups.open(tail, seams.clock().instant());
    long most = Math.min(tail.prepared, (long) group.start() + options.maxGroupBytes());
    PendingAppend next = intake.first();
    while (next != null && visible.indexed() && !(takesLong(group) && intake.isHalf(group))) {
      boolean fits = fits(next, group.length() == 0 ? tail.prepared : most);
      if (!fits && (!room.isFull() || fits(next, tail.prepared))) {
        break;
      }
      intake.removeFirst(); // first: whatever happens to it, the others are still there
      group.add(next, fits);
      next = intake.first();
    }
    group.ready();
    if (groups.isSingle() && !takesLong(group)) {
      flush();
    } else {
      flusher.wake();
    }
  }

  /** Flushes what is ready, unless the flusher was faster. */
  private void flush() {
    Group group = groups.beginFlush();
    if (group != null) {
      script.start(
          group.flush(),
          failed -> {
            if (failed == null) {
              groups.flushed();
            } else {
              latch("writing group " + group.number(), failed);
            }
          });
    }
  }

  private boolean fits(PendingAppend append, long end) {
    return (long) tail.end + append.frameBytes() + Tail.MARKERS <= end;
  }

  /** Whether forming and answering such a group takes longer than waking the flusher. */
  private boolean takesLong(Group group) {
    return group.count() > 1 && group.events() >= options.flushBesideFrom();
  }

  /** Publishes and answers what is durable. */
  private void answerDurable() {
    Group group = groups.takeDurable();
    while (group != null) {
      SyncedAppend.Sync sync = group.sync();
      if (sync != null) {
        published(group, sync);
      }
      intake.release(group);
      group.answer();
      group = groups.takeDurable();
    }
  }

  private void published(Group group, SyncedAppend.Sync sync) {
    tail.segment.end(group.end());
    tail.proven = group.isMarker();
    tail.clean = group.isClean();
    if (!group.isMarker()) {
      lastGroupMillis = sync.ended().toEpochMilli();
      lastGroupBytes = group.length();
      activity.synced(group.events(), group.length(), micros(sync.began(), sync.ended()));
      visible.publish(visible.head() + group.events());
      preparer.written(group.end(), takesLong(group));
    }
  }

  private static long micros(Instant from, Instant to) {
    return (to.getEpochSecond() - from.getEpochSecond()) * 1_000_000
        + (to.getNano() - from.getNano()) / 1_000;
  }

  /** Writes a frame that proves the groups before it. */
  private void mark(boolean clean) {
    Group marker = groups.open(tail, seams.clock().instant());
    marker.marker(clean);
    marker.ready();
    flush();
  }

  private void finish() {
    if (!tail.clean && markOrPrepare(true)) {
      return;
    }
    intake.refuse(new StoreClosedException("the store in " + disk.location() + " is closed"));
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
    groups.fail(latched);
    intake.refuse(latched);
    ended.complete(null);
  }

  /** Appends that wait or are being written. */
  StoreActivity.Queue waiting() {
    return intake.waiting();
  }

  /** The file that is being written. */
  DiskFile file() {
    return tail.segment.file();
  }
}
