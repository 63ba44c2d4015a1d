package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.seam.Worker;
import dev.millrace.core.store.MillraceException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the index files of sealed segments, beside the writer, and merges them: {@link #FAN} runs
 * of one level become one of the next, so that a look-up asks few of them, however long the history
 * is. An index can always be made again from the segments, so that nothing here can lose an event.
 */
final class IndexMaker implements Worker {
  private static final Logger LOG = LoggerFactory.getLogger(IndexMaker.class);

  /** How many runs are merged at a time. A look-up asks at most one less of each level. */
  static final int FAN = 4;

  private static final Next.After RETRY = new Next.After(Duration.ofSeconds(10));

  private final Disk disk;
  private final Seams seams;
  private final Visible visible;
  private final Rereading rereading;
  private final Runnable changed;
  private final IoScript script = new IoScript(this::wake);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Queue<SealedIndex> obsolete = new ConcurrentLinkedQueue<>();
  private @Nullable Job job;
  private boolean failed;
  private volatile boolean closing;
  private volatile @Nullable MillraceException damage;
  private volatile Scheduler.@Nullable Running running;

  /** A file in the making. */
  private record Job(
      List<Run> runs, List<Segment> segments, IndexWriter writer, @Nullable ActiveIndex inMemory) {}

  /**
   * A maker that does nothing until it is started.
   *
   * @param changed told when {@link Visible#indexed} or {@link #damage} may have changed
   */
  IndexMaker(Disk disk, Seams seams, Visible visible, Rereading rereading, Runnable changed) {
    this.disk = disk;
    this.seams = seams;
    this.visible = visible;
    this.rereading = rereading;
    this.changed = changed;
  }

  void start() {
    running = seams.scheduler().start("millrace-log-index", this);
  }

  void wake() {
    Scheduler.Running current = running;
    if (current != null) {
      current.wake();
    }
  }

  /** Why a missing index cannot be made; null: nothing is wrong. */
  @Nullable MillraceException damage() {
    return damage;
  }

  /** An index file is not as it was written: it is made again. For any thread. */
  void damaged(IndexDamagedException what) {
    for (Run run : visible.runs()) {
      if (run.index() instanceof SealedIndex index && index.file().equals(what.file())) {
        if (visible.replace(List.of(run), missing(run))) {
          LOG.warn("{} in {}: it is made again", what.getMessage(), disk.location());
          obsolete.add(index);
          wake();
          changed.run();
        }
      }
    }
  }

  private List<Run> missing(Run run) {
    Segment[] all = visible.segments();
    List<Run> missing = new ArrayList<>();
    for (int i = 0; i < run.size(); i++) {
      Segment segment = run.segment(i);
      SegmentHeader next = all[(int) segment.header().number()].header();
      missing.add(new Run(segment, new MissingIndex(segment, next, rereading)));
    }
    return missing;
  }

  /** Makes files of what is in memory, leaves longer work, and ends. */
  CompletableFuture<Void> close() {
    closing = true;
    wake();
    return ended;
  }

  @Override
  public Next step() {
    try {
      return go();
    } catch (IOException | RuntimeException e) {
      giveUp(e);
      return Next.Signal.AGAIN;
    } catch (Error e) { // mapped memory that cannot be read, no heap: others wait for this worker
      giveUp(new IOException(e));
      return Next.Signal.AGAIN;
    }
  }

  private Next go() throws IOException {
    if (ended.isDone()) {
      return Next.Signal.DONE;
    }
    if (script.running() && !script.advance()) {
      return Next.Signal.WAIT;
    }
    if (failed) {
      failed = false;
      if (closing) {
        return end();
      }
      // tried again with the next segment, or, when appends wait for it, soon
      return visible.indexed() || damage != null ? Next.Signal.WAIT : RETRY;
    }
    if (closing && job != null && job.segments.size() > 1) {
      return end();
    }
    for (SealedIndex index = obsolete.poll(); index != null; index = obsolete.poll()) {
      index.close();
      disk.delete(index.file());
    }
    if (job == null) {
      job = next();
    }
    Job current = job;
    if (current == null) {
      return closing ? end() : Next.Signal.WAIT;
    }
    List<IoScript.Step> steps = current.writer.next();
    if (steps == null) {
      put(current);
    } else {
      script.start(
          steps,
          failure -> {
            if (failure != null) {
              giveUp(failure);
            }
          });
    }
    return Next.Signal.AGAIN;
  }

  private Next end() {
    if (job != null) {
      job.writer.abandon();
      job = null;
    }
    ended.complete(null);
    return Next.Signal.DONE;
  }

  /** The next file to be made; null: none. */
  private @Nullable Job next() {
    Run[] runs = visible.runs();
    for (int i = 0; i < runs.length - 1; i++) {
      if (runs[i].index() instanceof ActiveIndex index) {
        return job(runs[i], index);
      }
      if (runs[i].index() instanceof MissingIndex missing && !closing) {
        return job(runs[i], missing.read());
      }
    }
    return closing ? null : merge(runs);
  }

  private Job job(Run run, ActiveIndex index) {
    return job(List.of(run), List.of(new SortedIndex(index)), index);
  }

  private Job job(
      List<Run> runs, List<? extends IndexSource> sources, @Nullable ActiveIndex inMemory) {
    List<Segment> segments = new ArrayList<>();
    for (Run run : runs) {
      for (int i = 0; i < run.size(); i++) {
        segments.add(run.segment(i));
      }
    }
    IndexWriter writer = new IndexWriter(disk, IndexedSegment.of(segments), sources);
    return new Job(runs, segments, writer, inMemory);
  }

  /** The oldest neighbours of one level, between which nothing is missing. */
  private @Nullable Job merge(Run[] runs) {
    int equal = 0;
    for (int i = 0; i < runs.length - 1; i++) {
      boolean goesOn =
          equal > 0
              && level(runs[i]) == level(runs[i - 1])
              && !runs[i].followsHole()
              && runs[i].isLike(runs[i - 1]);
      equal = goesOn ? equal + 1 : 1;
      if (equal == FAN) {
        List<Run> some = List.of(runs).subList(i + 1 - FAN, i + 1);
        List<SealedIndex> sources = some.stream().map(run -> (SealedIndex) run.index()).toList();
        if (fit(sources)) {
          return job(some, sources, null);
        }
        equal--;
      }
    }
    return null;
  }

  private static boolean fit(List<SealedIndex> sources) {
    long events = 0;
    long postings = 0;
    for (SealedIndex source : sources) {
      events += source.events();
      postings += source.postings();
    }
    return events <= IndexFile.MAX_EVENTS && postings <= Integer.MAX_VALUE;
  }

  private static int level(Run run) {
    int level = 0;
    for (int size = run.size(); size >= FAN; size /= FAN) {
      level++;
    }
    return level;
  }

  private void put(Job made) throws IOException {
    job = null;
    SealedIndex index = SealedIndex.open(disk, IndexedSegment.of(made.segments));
    if (index == null) {
      throw new IOException("what was written is not what is read");
    }
    if (visible.replace(made.runs, List.of(new Run(made.segments, index)))) {
      for (Run run : made.runs) {
        if (run.index() instanceof SealedIndex old) {
          obsolete.add(old);
        }
      }
    } else {
      obsolete.add(index);
    }
    changed.run();
  }

  private void giveUp(Exception failure) {
    Job stopped = job;
    job = null;
    failed = true;
    if (stopped != null) {
      stopped.writer.abandon();
      if (stopped.inMemory != null) { // it serves, if not from a file
        visible.replace(stopped.runs, List.of(new Run(stopped.segments, stopped.inMemory)));
      }
    }
    if (failure instanceof IndexDamagedException damagedIndex) {
      damaged(damagedIndex);
    } else if (failure instanceof MillraceException unreadable) {
      if (damage == null) {
        LOG.error(unreadable.getMessage(), unreadable);
      }
      damage = unreadable;
    } else {
      LOG.warn(
          "an index file in {} could not be written, stays in memory and is tried again later: {}",
          disk.location(),
          failure.toString());
    }
    changed.run();
  }
}
