package dev.millrace.testkit.contract;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.core.store.Subscription;
import dev.millrace.testkit.ModelEventStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * The smallest store on a disk that is right: one file, one frame an append, one sync a frame. It
 * can be made wrong in the ways in which stores are wrong, to see that the contract notices.
 *
 * <p>A frame has the id, the time and as many bytes as the data; the rest of the append is
 * remembered outside of the simulated machine.
 */
final class ToyStore implements EventStore {
  /** What is wrong with it. */
  enum Wrong {
    ANSWERS_BEFORE_SYNC,
    SHOWS_BEFORE_SYNC,
    CHECKS_NO_SUM,
    SYNCS_NO_FOLDER,
    SYNCS_AGAIN_AFTER_A_FAILED_SYNC,
    GOES_ON_AFTER_A_FAILED_SYNC,
    KEEPS_THE_TORN_END,
    TRUSTS_WHAT_IT_READS,
    NEVER_ANSWERS_WHEN_A_WRITE_FAILS
  }

  private static final String NAME = "log";
  private static final int HEADER = 16;
  private static final int FRAME = 4 + 4 + 16 + 8;
  private static final Map<UUID, Append> REMEMBERED = new ConcurrentHashMap<>();

  private record Waiting(Append append, CompletableFuture<AppendResult> answer) {}

  private final Set<Wrong> wrong;
  private final Seams seams;
  private final DiskFile file;
  private final ModelEventStore shown;
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private Instant now = Instant.EPOCH;
  private long end;
  private boolean busy;
  private boolean failed;

  private ToyStore(DiskFile file, UUID id, Seams seams, Set<Wrong> wrong) {
    this.file = file;
    this.seams = seams;
    this.wrong = wrong;
    this.shown = ModelEventStore.create(() -> now, id);
  }

  static CompletableFuture<ToyStore> opening(Disk disk, Seams seams, Set<Wrong> wrong) {
    try {
      return disk.list().contains(NAME)
          ? reopening(disk, seams, wrong)
          : creating(disk, seams, wrong);
    } catch (IOException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  /** Under another name until it is whole, so that a file of this name always has its header. */
  private static CompletableFuture<ToyStore> creating(Disk disk, Seams seams, Set<Wrong> wrong)
      throws IOException {
    disk.delete("new");
    DiskFile file = disk.create("new");
    UUID id = seams.newId();
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    header.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).flip();
    return writing(file, 0, header)
        .thenCompose(written -> syncing(file))
        .thenCompose(synced -> renaming(disk, wrong))
        .thenApply(renamed -> {
          ToyStore store = new ToyStore(file, id, seams, wrong);
          store.end = HEADER;
          return store;
        });
  }

  private static CompletableFuture<Void> renaming(Disk disk, Set<Wrong> wrong) {
    try {
      disk.rename("new", NAME);
    } catch (IOException failure) {
      return CompletableFuture.failedFuture(failure);
    }
    return syncing(disk, wrong);
  }

  private static CompletableFuture<Void> syncing(Disk disk, Set<Wrong> wrong) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    if (wrong.contains(Wrong.SYNCS_NO_FOLDER)) {
      result.complete(null);
    } else {
      disk.sync(failure -> complete(result, failure));
    }
    return result;
  }

  private static CompletableFuture<ToyStore> reopening(Disk disk, Seams seams, Set<Wrong> wrong)
      throws IOException {
    DiskFile file = disk.open(NAME);
    ByteBuffer header = file.read(0, HEADER);
    ToyStore store = new ToyStore(file, new UUID(header.getLong(), header.getLong()), seams, wrong);
    store.recover();
    return store
        .rewriting()
        .thenCompose(written -> syncing(file))
        .thenCompose(synced -> syncing(disk, wrong))
        .thenApply(synced -> store);
  }

  /**
   * A sync may have failed before this process began, so that what is read was never written and
   * never will be: only bytes that are written again are sure to be synced.
   */
  private CompletableFuture<Void> rewriting() throws IOException {
    return wrong.contains(Wrong.TRUSTS_WHAT_IT_READS)
        ? CompletableFuture.completedFuture(null)
        : writing(file, 0, file.read(0, (int) end));
  }

  private void recover() throws IOException {
    end = HEADER;
    long size = file.size();
    while (end + FRAME <= size) {
      ByteBuffer head = file.read(end, FRAME);
      int length = head.getInt();
      int sum = head.getInt();
      if (length < FRAME || end + length > size) {
        break;
      }
      UUID id = new UUID(head.getLong(), head.getLong());
      Append append = REMEMBERED.get(id);
      boolean whole = sum == sum(file.read(end + 8, length - 8));
      if (append == null || (!whole && !wrong.contains(Wrong.CHECKS_NO_SUM))) {
        break;
      }
      long nanos = head.getLong();
      now = Instant.ofEpochSecond(0, nanos);
      shown.append(restored(append, file.read(end + FRAME, length - FRAME))).join();
      end += length;
    }
    if (!wrong.contains(Wrong.KEEPS_THE_TORN_END)) {
      file.truncate(end);
    } else {
      end = size;
    }
  }

  private static Append restored(Append append, ByteBuffer data) {
    List<NewEvent> events = new ArrayList<>();
    for (NewEvent event : append.events()) {
      byte[] bytes = new byte[event.data().length()];
      data.get(bytes);
      events.add(
          new NewEvent(event.type(), event.schemaVersion(), event.tags(), Bytes.wrap(bytes)));
    }
    return Append.of(append.id(), events).forTenant(append.tenant());
  }

  @Override
  public CompletableFuture<AppendResult> append(Append append) {
    REMEMBERED.put(append.id(), append);
    CompletableFuture<AppendResult> answer = new CompletableFuture<>();
    queue.add(new Waiting(append, answer));
    next();
    return answer;
  }

  private void next() {
    while (!busy && !queue.isEmpty()) {
      Waiting waiting = queue.remove();
      if (failed) {
        waiting.answer().completeExceptionally(new StoreFailedException("failed before"));
      } else if (isAnsweredWithoutWriting(waiting.append())) {
        waiting.answer().complete(shown.append(waiting.append()).join());
      } else {
        busy = true;
        store(waiting);
      }
    }
  }

  private boolean isAnsweredWithoutWriting(Append append) {
    if (shown.find(append.id()).isPresent()) {
      return true;
    }
    Query boundary = append.condition().failIfMatches();
    long from = append.condition().after() + 1;
    return boundary != null && !shown.read(boundary, from, Direction.FORWARD, 1).events().isEmpty();
  }

  private void store(Waiting waiting) {
    now = seams.clock().instant();
    ByteBuffer frame = frame(waiting.append(), now);
    int length = frame.remaining();
    if (wrong.contains(Wrong.ANSWERS_BEFORE_SYNC)) {
      waiting.answer().complete(shown.append(waiting.append()).join());
    } else if (wrong.contains(Wrong.SHOWS_BEFORE_SYNC)) {
      shown.append(waiting.append()).join();
    }
    CompletableFuture<Void> stored =
        writing(file, end, frame)
            .thenCompose(written -> syncing(file))
            .exceptionallyCompose(this::syncAgain)
            .whenComplete((done, failure) -> finish(waiting, length, failure));
    busy = !stored.isDone();
  }

  private CompletableFuture<Void> syncAgain(Throwable failure) {
    return wrong.contains(Wrong.SYNCS_AGAIN_AFTER_A_FAILED_SYNC)
        ? syncing(file)
        : CompletableFuture.failedFuture(failure);
  }

  private void finish(Waiting waiting, int length, Throwable failure) {
    busy = false;
    if (failure == null) {
      end += length;
      AppendResult result = shown.append(waiting.append()).join();
      if (result instanceof AppendResult.Appended appended) {
        result =
            new AppendResult.Appended(appended.first(), appended.last(), appended.time(), false);
      }
      waiting.answer().complete(result);
    } else {
      failed = !wrong.contains(Wrong.GOES_ON_AFTER_A_FAILED_SYNC);
      if (!wrong.contains(Wrong.NEVER_ANSWERS_WHEN_A_WRITE_FAILS)) {
        waiting
            .answer()
            .completeExceptionally(new StoreFailedException("the disk failed", failure));
      }
    }
    next();
  }

  private static ByteBuffer frame(Append append, Instant time) {
    int data = append.events().stream().mapToInt(event -> event.data().length()).sum();
    ByteBuffer frame = ByteBuffer.allocate(FRAME + data);
    frame.putInt(FRAME + data).putInt(0);
    frame.putLong(append.id().getMostSignificantBits());
    frame.putLong(append.id().getLeastSignificantBits());
    frame.putLong(time.getEpochSecond() * 1_000_000_000 + time.getNano());
    append.events().forEach(event -> event.data().copyTo(frame));
    frame.putInt(4, sum(frame.slice(8, frame.capacity() - 8)));
    return frame.flip();
  }

  private static int sum(ByteBuffer bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return (int) sum.getValue();
  }

  private static CompletableFuture<Void> writing(DiskFile file, long offset, ByteBuffer bytes) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    file.write(offset, bytes, failure -> complete(result, failure));
    return result;
  }

  private static CompletableFuture<Void> syncing(DiskFile file) {
    CompletableFuture<Void> result = new CompletableFuture<>();
    file.sync(failure -> complete(result, failure));
    return result;
  }

  private static void complete(CompletableFuture<Void> result, IOException failure) {
    if (failure == null) {
      result.complete(null);
    } else {
      result.completeExceptionally(failure);
    }
  }

  CompletableFuture<Void> closing() {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public StoreIdentity identity() {
    return shown.identity();
  }

  @Override
  public long head() {
    return shown.head();
  }

  @Override
  public Optional<StoredAppend> find(UUID appendId) {
    return shown.find(appendId);
  }

  @Override
  public EventPage read(Query query, long from, Direction direction, int limit) {
    return shown.read(query, from, direction, limit);
  }

  @Override
  public Subscription subscribe(Query query, long after) {
    return shown.subscribe(query, after);
  }

  @Override
  public SnapshotStore snapshots() {
    return SnapshotStore.NONE;
  }

  @Override
  public void close() {
    shown.close();
  }

  static Set<Wrong> nothing() {
    return EnumSet.noneOf(Wrong.class);
  }
}
