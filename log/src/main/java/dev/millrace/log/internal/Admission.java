package dev.millrace.log.internal;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendIdReusedException;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.StoreOverloadedException;
import dev.millrace.core.store.TagValue;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an append goes in: whether its id is new, and its condition holds, also against
 * what is in the same group and not durable yet. For the writer's thread.
 *
 * <p>The index of the active segment says, for most conditions without any look at events, that
 * nothing on the tag is newer than what the decision had read: it is the window of recent
 * positions.
 */
final class Admission {
  private final Visible visible;
  private final Hash64 hash;
  private final Consumer<IndexDamagedException> damaged;
  private final Comparison comparison = new Comparison();
  private final FrameEncoder encoder = new FrameEncoder();
  private byte[] scratch = new byte[1024];

  /**
   * An admission.
   *
   * @param damaged told of an index that is not as it was written; after that it is not used
   */
  Admission(Visible visible, Hash64 hash, Consumer<IndexDamagedException> damaged) {
    this.visible = visible;
    this.hash = hash;
    this.damaged = damaged;
  }

  /** The answer to an append whose id is stored; null when it is not. */
  @Nullable Appended repeated(Append append, ByteSource active) {
    UUID id = append.id();
    long idHash = hash.id(id.getMostSignificantBits(), id.getLeastSignificantBits());
    Run[] runs = visible.runs();
    int newest = runs.length - 1;
    for (int i = newest; i >= 0; i--) {
      ByteSource tail = i == newest ? active : Run.WITHOUT_WAITING;
      Appended found = comparison.find(runs[i], idHash, append, tail);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /**
   * Compares what an index finds for an append's id; there is one for all appends, so that asking
   * allocates nothing.
   */
  private final class Comparison implements IntPredicate {
    private @Nullable Append append;
    private @Nullable Run run;
    private @Nullable ByteSource tail;
    private @Nullable Appended found;

    @Nullable Appended find(Run in, long idHash, Append sought, @Nullable ByteSource active) {
      append = sought;
      run = in;
      tail = active;
      found = null;
      try {
        boolean unused = in.index().findAppend(idHash, this);
        return found;
      } finally {
        append = null; // the writer shall not keep what was appended last
        run = null;
        tail = null;
        found = null;
      }
    }

    @Override
    public boolean test(int firstEvent) {
      found =
          compare(Objects.requireNonNull(append), Objects.requireNonNull(run), firstEvent, tail);
      return found != null;
    }
  }

  /** Has an index made again; until then nothing can be decided. */
  StoreOverloadedException without(IndexDamagedException index) {
    damaged.accept(index);
    return new StoreOverloadedException(
        index.getMessage()
            + " and is being made again; nothing of this append was stored: try again later");
  }

  private @Nullable Appended compare(
      Append append, Run run, int firstEvent, @Nullable ByteSource tail) {
    EventView event = new EventView(EventScan.SELECTIVE);
    run.show(event, firstEvent, tail);
    ByteBuffer frame = event.wholeFrame();
    FrameView view = new FrameView(frame, 0);
    if (!view.id().equals(append.id())) {
      return null;
    }
    boolean comparable = (frame.getShort(Frame.FLAGS) & Frame.SCAVENGED) == 0;
    if (comparable
        && !sameContent(append, frame, frame.getInt(Frame.CONTENT), frame.getInt(Frame.LENGTH))) {
      throw new AppendIdReusedException(
          "append id "
              + append.id()
              + " was used before, at position "
              + view.first()
              + ", with another tenant or other events; repeat an append unchanged, or draw a new"
              + " id");
    }
    return new Appended(view.first(), view.last(), view.time(), true);
  }

  private boolean sameContent(Append append, ByteBuffer stored, int content, int end) {
    if (FrameSize.content(append) != end - content) {
      return false;
    }
    byte[] bytes = new byte[end - content];
    encoder.content(bytes, append);
    return stored
        .slice(content + Frame.CONTENT_TENANT_LENGTH, bytes.length - Frame.CONTENT_TENANT_LENGTH)
        .equals(
            ByteBuffer.wrap(
                bytes, Frame.CONTENT_TENANT_LENGTH, bytes.length - Frame.CONTENT_TENANT_LENGTH));
  }

  /**
   * The newest event after a position that matches a query; 0 when there is none.
   *
   * @param head position of the newest event, durable or not
   */
  long newestMatch(Query query, long after, long head, ByteSource active) {
    Run[] runs = visible.runs();
    int newest = runs.length - 1;
    if (after >= head
        || (after + 1 >= runs[newest].firstPosition()
            && surelyNone(query, after - runs[newest].firstPosition(), active(runs)))) {
      return 0;
    }
    CompiledQuery compiled = new CompiledQuery(query, hash);
    for (int i = newest; i >= 0; i--) {
      long first = runs[i].firstPosition();
      long last = Visible.lastPosition(runs, i, head);
      if (last <= after) {
        return 0;
      }
      ByteSource tail = i == newest ? active : Run.WITHOUT_WAITING;
      EventScan scan = new EventScan(runs[i], tail, compiled, Direction.BACKWARD);
      int ordinal = scan.next((int) (last - first), (int) Math.max(0, after + 1 - first));
      if (ordinal != Postings.NONE) {
        return first + ordinal;
      }
    }
    return 0;
  }

  private static ActiveIndex active(Run[] runs) {
    return (ActiveIndex) runs[runs.length - 1].index();
  }

  /** Counts a conflict, with those parts of the condition that may have brought it about. */
  void report(AppendCondition condition, Activity activity) {
    activity.conflicted();
    Query query = condition.failIfMatches();
    if (query == null) {
      return;
    }
    Run[] runs = visible.runs();
    if (query.anyOf().isEmpty()) {
      activity.conflictedOnAnything();
    }
    long after = condition.after() - runs[runs.length - 1].firstPosition();
    for (Query.Criterion criterion : query.anyOf()) {
      boolean surelyNot =
          after >= -1
              && query.tenant() != null
              && surelyNone(
                  criterion,
                  hash(active(runs).hash(), 0, query.tenant().name()),
                  after,
                  active(runs));
      if (!surelyNot) {
        activity.conflicted(criterion);
      }
    }
  }

  /** Whether the newest candidates of the index show that nothing after an ordinal matches. */
  private boolean surelyNone(Query query, long afterOrdinal, ActiveIndex index) {
    if (query.tenant() == null || query.anyOf().isEmpty()) {
      return false;
    }
    long tenant = hash(index.hash(), 0, query.tenant().name());
    List<Query.Criterion> anyOf = query.anyOf();
    for (int i = 0; i < anyOf.size(); i++) {
      if (!surelyNone(anyOf.get(i), tenant, afterOrdinal, index)) {
        return false;
      }
    }
    return true;
  }

  private boolean surelyNone(
      Query.Criterion criterion, long tenant, long afterOrdinal, ActiveIndex index) {
    List<TagValue> tags = criterion.allOf();
    for (int i = 0; i < tags.size(); i++) {
      if (index.newest(IndexKey.ofTag(tenant, hash(index.hash(), tags.get(i)))) <= afterOrdinal) {
        return true;
      }
    }
    List<String> types = criterion.types();
    for (int i = 0; i < types.size(); i++) {
      if (index.newest(IndexKey.ofType(tenant, hash(index.hash(), 0, types.get(i))))
          > afterOrdinal) {
        return false;
      }
    }
    return !types.isEmpty();
  }

  private long hash(Hash64 keys, TagValue tag) {
    room(4 * (tag.name().length() + 1));
    int colon = Utf8.encode(tag.name(), scratch, 0);
    scratch[colon] = ':';
    return hash(keys, colon + 1, tag.value());
  }

  private long hash(Hash64 keys, int from, String text) {
    if (scratch.length < from + 4 * text.length()) {
      scratch = java.util.Arrays.copyOf(scratch, from + 4 * text.length());
    }
    return keys.bytes(scratch, 0, Utf8.encode(text, scratch, from));
  }

  private void room(int bytes) {
    if (scratch.length < bytes) {
      scratch = new byte[bytes];
    }
  }
}
