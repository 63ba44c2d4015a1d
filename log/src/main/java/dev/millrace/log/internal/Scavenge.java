package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.log.Encryption;
import dev.millrace.log.LogProgress;
import dev.millrace.log.LogScavenge;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Removes events of some types from a store that nobody has open, or encrypts what it holds, and
 * records that it did.
 *
 * <p>All segments are written anew beside the old ones, encrypted if there is a key. When they are
 * durable, one file says so, which holds the record of this and all earlier scavenges: from then on
 * it is done, and whoever finds the file puts the new segments in place. Before, the old ones are
 * the store.
 */
public final class Scavenge {
  /** What a new segment is called until it is put in place. */
  static final String SUFFIX = ".scavenged";

  /** Says that the new segments are whole, and how many they are. */
  static final String PENDING = "scavenged.pending";

  /** What was removed, when, and by whom: a line for each time. */
  static final String RECORD = "scavenged";

  private static final String SNAPSHOTS = "snapshots";
  private static final int MAX_RECORD_BYTES = 16 << 20;

  private final Disk disk;
  private final LogProgress progress;
  private final Goal goal;
  private final Instant now;
  private final EventRemoval removal;
  private final List<SegmentHeader> headers = new ArrayList<>();
  private final List<Integer> ends = new ArrayList<>();
  private final StoreIdentity identity;
  private final StoreKeys keys;
  private final StoreBuilder builder;
  private final long known;
  private long bytesBefore;
  private long done;
  private int nextSegment;
  private @Nullable DiskFile file;
  private @Nullable WholeFrames frames;
  private @Nullable SegmentKey key;
  private byte[] opened = new byte[0];
  private boolean hasFrame;
  private boolean otherFile;
  private Stage stage = Stage.FRAMES;

  private enum Stage {
    FRAMES,
    LAST,
    COMMIT,
    DONE
  }

  /**
   * What is to be done.
   *
   * @param types of events that go; none: all segments are written anew as they are
   * @param before only events that were recorded before; null: all
   * @param actor who did it, for the record
   */
  public record Goal(Set<String> types, @Nullable Instant before, String actor) {
    public Goal {
      types = new TreeSet<>(types);
    }

    /** That everything is encrypted, with new data keys. */
    public static Goal encrypted(String actor) {
      return new Goal(Set.of(), null, actor);
    }

    private boolean isForRemoval() {
      return !types.isEmpty();
    }
  }

  private Scavenge(Disk disk, Encryption encryption, Goal goal, Seams seams, LogProgress progress)
      throws IOException {
    this.disk = disk;
    this.goal = goal;
    this.progress = progress;
    this.now = seams.clock().instant();
    this.removal =
        new EventRemoval(
            goal.types(), goal.before() == null ? Long.MAX_VALUE : FrameView.micros(goal.before()));
    List<String> names = new ArrayList<>(disk.list());
    StoreInMaking.checkFinished(disk, names);
    names.removeIf(name -> !SegmentHeader.isSegment(name));
    if (names.isEmpty()) {
      throw new IllegalArgumentException("there is no log store in " + disk.location());
    }
    long next = 1;
    for (int i = 0; i < names.size(); i++) {
      next = check(names.get(i), i + 1 == names.size());
    }
    known = next;
    checkChain();
    identity = headers.get(0).identity();
    keys = keys(disk, encryption, headers);
    headers.forEach(keys::add);
    builder = new StoreBuilder(disk, identity, encryption.checked(seams.random()), keys, SUFFIX);
  }

  /** The keys of the segments there are, and of those that are made. */
  private static StoreKeys keys(Disk disk, Encryption encryption, List<SegmentHeader> headers)
      throws IOException {
    return StoreKeys.forTools(
        disk,
        encryption.masterKey(),
        new ArrayList<>(headers),
        what -> {
          throw Recovery.damaged(disk, KeysFile.NAME, 0, what);
        });
  }

  /** Reads a segment, which must be whole, and answers with the position after its last event. */
  private long check(String name, boolean last) throws IOException {
    DiskFile opened = disk.open(name);
    try {
      if (opened instanceof ArchivedFile) {
        throw new IllegalArgumentException(
            "segment "
                + name
                + " is in an archive, which is not written to again; fetch it back with 'millrace log"
                + " unarchive' first, and delete what is left in the archive afterwards");
      }
      SegmentHeader header = Recovery.header(disk, opened, headers);
      headers.add(header);
      SegmentScan scan = new SegmentScan(opened, header, opened.size());
      scan.run((bytes, at, offset) -> {});
      if (scan.problem() != null && (!last || scan.problemIsDamage())) {
        throw Recovery.damaged(disk, name, scan.problemAt(), String.valueOf(scan.problem()));
      }
      ends.add(scan.end());
      bytesBefore += scan.end();
      return scan.nextPosition();
    } finally {
      opened.close();
    }
  }

  private void checkChain() {
    for (int i = 0; i + 1 < headers.size(); i++) {
      if (headers.get(i + 1).previousEnd() != ends.get(i)) {
        throw Recovery.damaged(
            disk, headers.get(i).fileName(), ends.get(i), "the segment does not end where it did");
      }
    }
  }

  /** See {@link dev.millrace.log.LogFolder#scavenge}. */
  public static CompletableFuture<LogScavenge> run(
      Disk disk, Encryption encryption, Goal goal, Seams seams, LogProgress progress) {
    AutoCloseable lock = FolderLocks.take(disk);
    try {
      List<IoScript.Step> finish = finish(disk, encryption);
      Scavenge[] scavenge = new Scavenge[1];
      boolean[] finished = {finish.isEmpty()};
      return IoSeries.run(
              () -> {
                if (!finished[0]) {
                  finished[0] = true;
                  return finish;
                }
                if (scavenge[0] == null) {
                  scavenge[0] = new Scavenge(disk, encryption, goal, seams, progress);
                  return scavenge[0].removeLeftovers();
                }
                return scavenge[0].next();
              })
          .whenComplete((ended, failed) -> {
            if (scavenge[0] != null) {
              scavenge[0].closeFile();
            }
            Closing.quietly(lock);
          })
          .handle((ended, failed) -> {
            CopyFailure.check(
                failed, "writing " + disk.location() + " anew", "try again: it is as it was");
            return Objects.requireNonNull(scavenge[0]).result();
          });
    } catch (IOException e) {
      Closing.quietly(lock);
      throw FolderLocks.unreadable(disk, e);
    } catch (RuntimeException e) {
      Closing.quietly(lock);
      throw e;
    }
  }

  private LogScavenge result() {
    return new LogScavenge(
        goal.types(),
        removal.events(),
        removal.appends(),
        bytesBefore,
        isNeeded() ? builder.bytes() : bytesBefore);
  }

  /** Whether the new segments are other than the old ones. */
  private boolean isNeeded() {
    return removal.events() > 0 || !goal.isForRemoval();
  }

  private List<IoScript.Step> removeLeftovers() throws IOException {
    List<IoScript.Step> steps = new ArrayList<>();
    for (String name : disk.list()) {
      if (name.endsWith(".seg" + SUFFIX)) {
        steps.add(IoScript.now(() -> disk.delete(name)));
      }
    }
    return steps;
  }

  private @Nullable List<IoScript.Step> next() throws IOException {
    CopyProgress.report(progress, done, bytesBefore, disk);
    return switch (stage) {
      case FRAMES -> frames();
      case LAST -> last();
      case COMMIT -> {
        stage = Stage.DONE;
        yield isNeeded() ? commit() : removeLeftovers();
      }
      case DONE -> null;
    };
  }

  private List<IoScript.Step> frames() throws IOException {
    while (!builder.isFull()) {
      if (!hasFrame && !nextFrame()) {
        stage = Stage.LAST;
        return List.of();
      }
      WholeFrames current = Objects.requireNonNull(frames);
      int at = key == null ? current.at() : 0;
      byte[] frame = key == null ? current.array() : opened;
      long first = LittleEndian.getLong(frame, at + Frame.FIRST);
      if (!builder.inSegment()) {
        otherFile = false;
        builder.begin(first, LittleEndian.getLong(frame, at + Frame.TIME));
      } else if (first != builder.nextPosition() || otherFile) {
        return builder.seal();
      }
      int changed = removal.change(frame, at);
      if (changed > 0) {
        builder.add(removal.buffer(), 0, changed);
      } else {
        builder.add(frame, at, LittleEndian.getInt(frame, at + Frame.LENGTH));
      }
      hasFrame = false;
    }
    return builder.flush();
  }

  private List<IoScript.Step> last() {
    if (known > builder.nextPosition() && builder.inSegment()) {
      return builder.seal();
    }
    if (!builder.inSegment()) {
      builder.begin(Math.max(known, builder.nextPosition()), 0);
    }
    stage = Stage.COMMIT;
    return builder.sealLast();
  }

  private boolean nextFrame() throws IOException {
    while (true) {
      WholeFrames current = frames;
      if (current == null) {
        if (nextSegment == headers.size()) {
          return false;
        }
        open(headers.get(nextSegment), ends.get(nextSegment));
        nextSegment++;
      } else if (!current.next()) {
        closeFile();
      } else if (current.array()[current.at() + Frame.KIND] == Frame.KIND_APPEND) {
        openFrame(current);
        hasFrame = true;
        return true;
      }
    }
  }

  private void openFrame(WholeFrames frame) throws IOException {
    SegmentKey with = key;
    if (with == null) {
      return;
    }
    if (opened.length < frame.length()) {
      opened = new byte[frame.length()];
    }
    if (!with.open(frame.array(), frame.at(), opened)) {
      throw with.damaged(frame.offset());
    }
  }

  private void open(SegmentHeader header, int end) throws IOException {
    otherFile = true;
    DiskFile source = disk.open(header.fileName());
    file = source;
    key = keys.open(header);
    frames =
        new WholeFrames(
            source,
            header.salt(),
            end,
            true,
            (from, to, what) -> {
              throw Recovery.damaged(disk, header.fileName(), from, what);
            });
  }

  private void closeFile() {
    if (file != null) {
      done += ends.get(nextSegment - 1);
      Closing.quietly(file);
    }
    file = null;
    frames = null;
  }

  /** From when the file is in place, the new segments are the store. */
  private List<IoScript.Step> commit() throws IOException {
    String record = record(disk) + line() + "\n";
    String pending = builder.segments() + "\n" + record;
    List<IoScript.Step> steps = new ArrayList<>(keys.encrypts() ? keys.save() : List.of());
    steps.add(disk::sync);
    steps.addAll(
        NewFile.steps(
            disk,
            PENDING + SegmentFiles.UNFINISHED,
            PENDING,
            () -> pending.getBytes(StandardCharsets.UTF_8)));
    steps.add(disk::sync);
    steps.addAll(
        finish(
            disk,
            builder.segments(),
            record,
            (number, salt) -> keys.open(identity.id(), number, salt)));
    return steps;
  }

  private String line() {
    String who = now + " by " + goal.actor().replaceAll("\\s+", "-") + ": ";
    return who
        + (goal.isForRemoval()
            ? removal.events()
                + " events of "
                + removal.appends()
                + " appends, of types "
                + String.join(", ", goal.types())
                + (goal.before() == null ? "" : ", recorded before " + goal.before())
            : "all segments were encrypted anew; nothing was removed");
  }

  /** All lines of the record; empty when nothing was ever removed. */
  static String record(Disk disk) throws IOException {
    return text(disk, RECORD);
  }

  private static String text(Disk disk, String name) throws IOException {
    DiskFile file;
    try {
      file = disk.open(name);
    } catch (NoSuchFileException e) {
      return "";
    }
    try {
      byte[] bytes = new byte[(int) Math.min(file.size(), MAX_RECORD_BYTES)];
      if (bytes.length > 0) {
        file.read(0, bytes.length).get(bytes);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } finally {
      file.close();
    }
  }

  /**
   * What is left to do of a scavenge that was cut short when it was done; empty: nothing.
   *
   * @throws dev.millrace.core.store.StoreKeyException when something is, and the key is not that of
   *     the store
   */
  static List<IoScript.Step> finish(Disk disk, Encryption encryption) throws IOException {
    String pending = text(disk, PENDING);
    if (pending.isEmpty()) {
      return List.of();
    }
    int line = pending.indexOf('\n');
    int segments = Integer.parseInt(pending.substring(0, line));
    List<SegmentHeader> headers = new ArrayList<>();
    for (int i = 1; i <= segments; i++) {
      headers.add(header(disk, SegmentHeader.fileName(i)));
    }
    boolean encrypted = headers.get(0).key() != null;
    StoreKeys keys = keys(disk, encrypted ? encryption : Encryption.NONE, headers);
    UUID store = headers.get(0).identity().id();
    return finish(
        disk,
        segments,
        pending.substring(line + 1),
        (number, salt) -> keys.open(store, number, salt));
  }

  /** Of a new segment, which may be in its place already. */
  private static SegmentHeader header(Disk disk, String name) throws IOException {
    String there = disk.list().contains(name + SUFFIX) ? name + SUFFIX : name;
    DiskFile file = disk.open(there);
    try {
      SegmentHeader header = Recovery.readHeader(file, disk);
      if (header == null) {
        throw Recovery.damaged(disk, there, 0, "the header is not as it was written");
      }
      return header;
    } finally {
      file.close();
    }
  }

  private static List<IoScript.Step> finish(
      Disk disk, int segments, String record, SnapshotKeys.SegmentKeys keys) throws IOException {
    List<IoScript.Step> steps = new ArrayList<>();
    for (int i = 1; i <= segments; i++) {
      String name = SegmentHeader.fileName(i);
      steps.add(
          IoScript.now(() -> {
            if (disk.list().contains(name + SUFFIX)) {
              disk.rename(name + SUFFIX, name);
            }
          }));
    }
    steps.add(IoScript.now(() -> deleteOld(disk, segments)));
    steps.addAll(
        NewFile.steps(
            disk,
            RECORD + SegmentFiles.UNFINISHED,
            RECORD,
            () -> record.getBytes(StandardCharsets.UTF_8)));
    steps.add(disk::sync);
    steps.addAll(deleteSnapshots(disk, keys));
    steps.add(IoScript.now(() -> disk.delete(PENDING)));
    steps.add(disk::sync);
    return steps;
  }

  /** Segments that have no successor under the same name, and indexes, which are made again. */
  private static void deleteOld(Disk disk, int segments) throws IOException {
    for (String name : disk.list()) {
      boolean beyond = SegmentHeader.isSegment(name) && SegmentHeader.number(name) > segments;
      if (beyond || name.matches("\\d{12}.*\\.idx")) {
        disk.delete(name);
      }
    }
  }

  /** States hold what was folded into them. How far reactions are stays. */
  private static List<IoScript.Step> deleteSnapshots(Disk disk, SnapshotKeys.SegmentKeys keys)
      throws IOException {
    Disk folder = disk.folder(SNAPSHOTS);
    return List.of(
        IoScript.now(() -> {
          for (String name : folder.list()) {
            if (name.endsWith(SnapshotFile.SUFFIX)
                && !FolderSnapshots.isCheckpoint(folder, name, keys)) {
              folder.delete(name);
            }
          }
        }),
        folder::sync);
  }
}
