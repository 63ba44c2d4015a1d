package dev.millrace.log.internal;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The index of the segment that is written, in memory, rebuilt by a scan when the store opens. One
 * thread adds frames, in order; any thread reads what is below the head that it saw.
 */
final class ActiveIndex implements RunIndex {
  private final Hash64 hash;
  private final boolean byFrame;
  private final IntLog offsets = new IntLog();
  private final PostingLists lists = new PostingLists();
  private final AppendIds appends = new AppendIds();
  private final HashSet64 knownTenants = new HashSet64();
  private volatile long[] tenants = {};

  /**
   * An index of nothing.
   *
   * @param hash of a plain segment's keys
   * @param key of the segment; null: it is plain
   */
  ActiveIndex(Hash64 hash, @Nullable SegmentKey key) {
    this.hash = key == null ? hash : key.hash();
    this.byFrame = key != null;
  }

  /** The hash of its keys. */
  Hash64 hash() {
    return hash;
  }

  /**
   * Makes room, while it is empty, for what another one has, so that it does not grow by doubling.
   */
  void expectAsMuchAs(ActiveIndex other) {
    lists.expect(other.lists.keys());
    appends.expect(other.appends.size());
  }

  /**
   * Adds a frame with events.
   *
   * @param bytes where it stands, whole, checked and opened
   * @param at its first byte there
   * @param frameOffset its first byte in the segment
   */
  void add(byte[] bytes, int at, int frameOffset) {
    int end = at + LittleEndian.getInt(bytes, at + Frame.LENGTH);
    int content = at + LittleEndian.getInt(bytes, at + Frame.CONTENT);
    int tenantLength = LittleEndian.getShort(bytes, content + Frame.CONTENT_TENANT_LENGTH);
    int event = content + Frame.CONTENT_TENANT + tenantLength;
    long tenant = hash.bytes(bytes, content + Frame.CONTENT_TENANT, tenantLength);
    addTenant(tenant);
    appends.add(
        hash.id(
            LittleEndian.getLong(bytes, at + Frame.ID_HIGH),
            LittleEndian.getLong(bytes, at + Frame.ID_LOW)),
        offsets.size());
    while (event < end) {
      addEvent(bytes, event, byFrame ? frameOffset : frameOffset + event - at, tenant);
      event += LittleEndian.getInt(bytes, event + Frame.EVENT_LENGTH);
    }
  }

  /** Adds a frame if it has events. */
  void addIfAppend(byte[] bytes, int at, int frameOffset) {
    if (bytes[at + Frame.KIND] == Frame.KIND_APPEND) {
      add(bytes, at, frameOffset);
    }
  }

  private void addEvent(byte[] bytes, int at, int offset, long tenant) {
    int ordinal = offsets.add(offset);
    int typeLength = LittleEndian.getShort(bytes, at + Frame.EVENT_TYPE_LENGTH);
    lists.add(
        IndexKey.ofType(tenant, hash.bytes(bytes, at + Frame.EVENT_TYPE, typeLength)), ordinal);
    int tags = bytes[at + Frame.EVENT_TAGS];
    int tag = at + Frame.EVENT_TYPE + typeLength;
    for (int i = 0; i < tags; i++) {
      int length = LittleEndian.getShort(bytes, tag + Frame.TAG_LENGTH);
      lists.add(IndexKey.ofTag(tenant, hash.bytes(bytes, tag + Frame.TAG_TEXT, length)), ordinal);
      tag += Frame.TAG_TEXT + length;
    }
  }

  private void addTenant(long tenant) {
    if (knownTenants.add(tenant)) {
      long[] known = tenants;
      long[] more = Arrays.copyOf(known, known.length + 1);
      more[known.length] = tenant;
      tenants = more;
    }
  }

  int events() {
    return offsets.size();
  }

  PostingLists lists() {
    return lists;
  }

  AppendIds appends() {
    return appends;
  }

  @Override
  public int offset(int ordinal) {
    return offsets.get(ordinal);
  }

  @Override
  public @Nullable Postings postings(long key) {
    return lists.find(key);
  }

  /** The newest candidate for a key, or {@link Postings#NONE}; for the writer only. */
  int newest(long key) {
    return lists.newest(key);
  }

  @Override
  public boolean findAppend(long idHash, IntPredicate firstEvent) {
    return appends.find(idHash, firstEvent);
  }

  @Override
  public long[] tenants() {
    return tenants;
  }
}
