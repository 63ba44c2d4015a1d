package dev.millrace.log;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a store uses its disk and memory. None of it is stored: a folder opens with any options.
 *
 * @param segmentBytes size at which a segment is sealed and the next begins; an append that is
 *     larger gets a segment of its own
 * @param prepareBytes largest piece in which a segment is filled with zeros ahead of the writes
 * @param reserveBytes free bytes on the disk below which appends are refused, so that what is not
 *     an append still has room
 * @param maxAppendBytes largest frame; a larger append is refused
 * @param maxGroupBytes most bytes of one group, unless it is a single append
 * @param flushBesideFrom events of a group from which on it is written and synced beside the
 *     writer, so that the next one forms meanwhile; smaller ones are written by the writer itself
 * @param maxQueuedAppends appends that may wait; one more is refused as overload
 * @param maxQueuedBytes bytes of appends that may wait
 * @param warnPercent how full the disk is, in percent, when the store warns; 100: never
 * @param idle how long nothing must have been appended until a marker proves the last group
 * @param archive which segments go to an archive while the store is open; null: none
 */
public record LogOptions(
    int segmentBytes,
    int prepareBytes,
    long reserveBytes,
    int maxAppendBytes,
    int maxGroupBytes,
    int flushBesideFrom,
    int maxQueuedAppends,
    long maxQueuedBytes,
    int warnPercent,
    Duration idle,
    @Nullable ArchivePolicy archive) {

  /** Smallest segment: the header and a little. */
  public static final int MIN_SEGMENT_BYTES = 8 * 1024;

  /** Largest segment, so that offsets fit in 31 bits with an append of the largest size on top. */
  public static final int MAX_SEGMENT_BYTES = 1 << 30;

  /** Largest value of {@link #maxAppendBytes}. */
  public static final int MAX_APPEND_BYTES = 256 << 20;

  private static final int MIB = 1 << 20;

  /** What a store uses unless told otherwise. */
  public static final LogOptions DEFAULT =
      new LogOptions(
          64 * MIB,
          8 * MIB,
          16 * MIB,
          64 * MIB,
          4 * MIB,
          1_024,
          65_536,
          256 * MIB,
          95,
          Duration.ofMillis(250),
          null);

  private static final String ARCHIVE = "archive";

  private static final Map<String, BiFunction<LogOptions, Long, LogOptions>> SETTERS =
      new TreeMap<>(
          Map.of(
              "segmentBytes", (options, value) -> options.withSegmentBytes(Math.toIntExact(value)),
              "prepareBytes", (options, value) -> options.withPrepareBytes(Math.toIntExact(value)),
              "reserveBytes", LogOptions::withReserveBytes,
              "maxAppendBytes",
                  (options, value) -> options.withMaxAppendBytes(Math.toIntExact(value)),
              "maxQueuedAppends",
                  (options, value) -> options.withMaxQueuedAppends(Math.toIntExact(value)),
              "maxQueuedBytes", LogOptions::withMaxQueuedBytes,
              "archiveOlderThanDays",
                  (options, days) ->
                      options.archiving(policy ->
                          new ArchivePolicy(
                              policy.to(), Duration.ofDays(days), policy.keepBytes())),
              "archiveKeepBytes",
                  (options, bytes) ->
                      options.archiving(
                          policy -> new ArchivePolicy(policy.to(), policy.olderThan(), bytes)),
              "warnPercent", (options, value) -> options.withWarnPercent(Math.toIntExact(value)),
              "idleMillis", (options, value) -> options.withIdle(Duration.ofMillis(value))));

  public LogOptions {
    within("segmentBytes", segmentBytes, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
    within("prepareBytes", prepareBytes, 4096, MAX_SEGMENT_BYTES);
    within("reserveBytes", reserveBytes, 0, Long.MAX_VALUE);
    within("maxAppendBytes", maxAppendBytes, 1024, MAX_APPEND_BYTES);
    within("maxGroupBytes", maxGroupBytes, 1024, MAX_APPEND_BYTES);
    within("flushBesideFrom", flushBesideFrom, 1, Integer.MAX_VALUE);
    within("maxQueuedAppends", maxQueuedAppends, 1, 1 << 22);
    within("maxQueuedBytes", maxQueuedBytes, 1024, Long.MAX_VALUE);
    within("warnPercent", warnPercent, 1, 100);
    within("idleMillis", idle.toMillis(), 1, Duration.ofDays(1).toMillis());
  }

  private static void within(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", not " + value);
    }
  }

  /**
   * Reads {@code name=value&name=value}, as after the question mark of a store's URL.
   *
   * @throws IllegalArgumentException naming a wrong option or value, and what is allowed
   */
  public static LogOptions parse(String query) {
    LogOptions options = DEFAULT;
    for (String pair : query.split("&")) {
      if (!pair.isEmpty()) {
        options = options.set(pair);
      }
    }
    return options;
  }

  private LogOptions set(String pair) {
    int equals = pair.indexOf('=');
    String name = equals < 0 ? pair : pair.substring(0, equals);
    if (name.equals(ARCHIVE)) {
      String to = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
      return withArchive(new ArchivePolicy(to, null, Long.MAX_VALUE));
    }
    BiFunction<LogOptions, Long, LogOptions> setter = SETTERS.get(name);
    if (setter == null) {
      throw new IllegalArgumentException(
          "unknown option '"
              + name
              + "' of a log store; there are "
              + SETTERS.keySet()
              + " and "
              + ARCHIVE);
    }
    String value = pair.substring(equals + 1);
    try {
      return setter.apply(this, Long.parseLong(value));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "option '" + name + "' of a log store must be a whole number, not '" + value + "'", e);
    }
  }

  /** The same with another {@link #segmentBytes}. */
  public LogOptions withSegmentBytes(int segmentBytes) {
    return change(changed -> changed.segmentBytes = segmentBytes);
  }

  /** The same with another {@link #prepareBytes}. */
  public LogOptions withPrepareBytes(int prepareBytes) {
    return change(changed -> changed.prepareBytes = prepareBytes);
  }

  /** The same with another {@link #reserveBytes}. */
  public LogOptions withReserveBytes(long reserveBytes) {
    return change(changed -> changed.reserveBytes = reserveBytes);
  }

  /** The same with another {@link #maxAppendBytes}. */
  public LogOptions withMaxAppendBytes(int maxAppendBytes) {
    return change(changed -> changed.maxAppendBytes = maxAppendBytes);
  }

  /** The same with another {@link #flushBesideFrom}. */
  public LogOptions withFlushBesideFrom(int flushBesideFrom) {
    return change(changed -> changed.flushBesideFrom = flushBesideFrom);
  }

  /** The same with another {@link #maxQueuedAppends}. */
  public LogOptions withMaxQueuedAppends(int maxQueuedAppends) {
    return change(changed -> changed.maxQueuedAppends = maxQueuedAppends);
  }

  /** The same with another {@link #maxQueuedBytes}. */
  public LogOptions withMaxQueuedBytes(long maxQueuedBytes) {
    return change(changed -> changed.maxQueuedBytes = maxQueuedBytes);
  }

  /** The same with another {@link #warnPercent}. */
  public LogOptions withWarnPercent(int warnPercent) {
    return change(changed -> changed.warnPercent = warnPercent);
  }

  /** The same with another {@link #idle} time. */
  public LogOptions withIdle(Duration idle) {
    return change(changed -> changed.idle = idle);
  }

  /** The same with another {@link #archive} policy. */
  public LogOptions withArchive(ArchivePolicy archive) {
    return change(changed -> changed.archive = archive);
  }

  private LogOptions archiving(UnaryOperator<ArchivePolicy> change) {
    if (archive == null) {
      throw new IllegalArgumentException(
          "the options of an archive follow the one that says where it is: archive=FOLDER");
    }
    return withArchive(change.apply(archive));
  }

  private LogOptions change(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** Options that are being changed. */
  private static final class Draft {
    private int segmentBytes;
    private int prepareBytes;
    private long reserveBytes;
    private int maxAppendBytes;
    private final int maxGroupBytes;
    private int flushBesideFrom;
    private int maxQueuedAppends;
    private long maxQueuedBytes;
    private int warnPercent;
    private Duration idle;
    private @Nullable ArchivePolicy archive;

    Draft(LogOptions from) {
      segmentBytes = from.segmentBytes;
      prepareBytes = from.prepareBytes;
      reserveBytes = from.reserveBytes;
      maxAppendBytes = from.maxAppendBytes;
      maxGroupBytes = from.maxGroupBytes;
      flushBesideFrom = from.flushBesideFrom;
      maxQueuedAppends = from.maxQueuedAppends;
      maxQueuedBytes = from.maxQueuedBytes;
      warnPercent = from.warnPercent;
      idle = from.idle;
      archive = from.archive;
    }

    LogOptions options() {
      return new LogOptions(
          segmentBytes,
          prepareBytes,
          reserveBytes,
          maxAppendBytes,
          maxGroupBytes,
          flushBesideFrom,
          maxQueuedAppends,
          maxQueuedBytes,
          warnPercent,
          idle,
          archive);
    }
  }
}
