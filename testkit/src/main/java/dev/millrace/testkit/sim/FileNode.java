package dev.millrace.testkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A file: what reads see, what is surely on the medium, and the changes between the two.
 *
 * <p>Of those changes a power failure keeps any subset, whole or torn: a machine writes back what
 * it likes in the order that it likes.
 */
final class FileNode implements Node {
  private static final int SECTOR = 512;

  private final Content seen;
  private final Content durable;
  private final List<Change> pending;

  /** A change that no sync has covered. */
  private sealed interface Change {
    long number();
  }

  private static final class Written implements Change {
    private final long number;
    private final long offset;
    private final byte[] data;

    Written(long number, long offset, byte[] data) {
      this.number = number;
      this.offset = offset;
      this.data = data;
    }

    @Override
    public long number() {
      return number;
    }

    void applyTo(Content target) {
      target.write(offset, data, 0, data.length);
    }
  }

  private record Resized(long number, long size) implements Change {}

  FileNode() {
    this(new Content(), new Content(), new ArrayList<>());
  }

  private FileNode(Content seen, Content durable, List<Change> pending) {
    this.seen = seen;
    this.durable = durable;
    this.pending = pending;
  }

  Content seen() {
    return seen;
  }

  int pendingChanges() {
    return pending.size();
  }

  void write(long number, long offset, byte[] data) {
    seen.write(offset, data, 0, data.length);
    if (data.length > 0) {
      pending.add(new Written(number, offset, data));
    }
  }

  void truncate(long number, long size) {
    if (size < seen.size()) {
      seen.resize(size);
      pending.add(new Resized(number, size));
    }
  }

  /** Makes what was changed by effects up to a number durable. */
  void sync(long upTo) {
    pending.removeIf(change -> {
      boolean covered = change.number() <= upTo;
      if (covered) {
        apply(durable, change);
      }
      return covered;
    });
  }

  /**
   * After a failed sync some changes are forgotten: reads show them, but they never reach the
   * medium.
   */
  void failSync(RandomGenerator random) {
    pending.removeIf(change -> random.nextBoolean());
  }

  /** Damages the medium itself. */
  void flip(long offset, int mask) {
    for (Content content : List.of(seen, durable)) {
      if (offset < content.size()) {
        byte[] one = content.read(offset, 1);
        one[0] ^= (byte) mask;
        content.write(offset, one, 0, 1);
      }
    }
  }

  @Override
  public FileNode afterKill() {
    List<Change> before = new ArrayList<>(); // the next process numbers its calls anew
    for (Change change : pending) {
      before.add(
          switch (change) {
            case Written written -> new Written(0, written.offset, written.data);
            case Resized resized -> new Resized(0, resized.size());
          });
    }
    return new FileNode(seen.copy(), durable.copy(), before);
  }

  @Override
  public FileNode afterPowerLoss(Choices choices, boolean flips) {
    Content image = durable.copy();
    for (Change change : pending) {
      switch (change) {
        case Written written -> applyInPart(image, written, choices, flips);
        case Resized resized -> {
          if (Fate.kept(choices)) {
            apply(image, resized);
          }
        }
      }
    }
    return new FileNode(image, image.copy(), new ArrayList<>());
  }

  private static void apply(Content target, Change change) {
    switch (change) {
      case Written written -> written.applyTo(target);
      case Resized(long number, long size) -> target.resize(Math.min(size, target.size()));
    }
  }

  private static void applyInPart(Content image, Written written, Choices choices, boolean flips) {
    byte[] data = written.data;
    switch (Fate.ofWrite(choices, flips)) {
      case LOST -> {}
      case KEPT -> written.applyTo(image);
      case ONLY_LENGTH -> image.resize(Math.max(image.size(), written.offset + data.length));
      case TORN -> image.write(written.offset, data, 0, cut(data.length, choices));
      case SECTORS -> applySectors(image, written, choices);
      case FLIPPED -> {
        byte[] flipped = data.clone();
        flipped[cut(data.length, choices)] ^= (byte) (1 << choices.next(8));
        image.write(written.offset, flipped, 0, flipped.length);
      }
    }
  }

  /** A place inside, from 0 to length - 1: any, or, where few are tried, also the last. */
  private static int cut(int length, Choices choices) {
    int places = Math.min(length, choices.detail());
    int place = choices.next(places);
    return place == places - 1 ? length - 1 : (int) ((long) length * place / places);
  }

  private static void applySectors(Content image, Written written, Choices choices) {
    byte[] data = written.data;
    long end = written.offset + data.length;
    long firstSector = written.offset / SECTOR;
    long sectors = (end - 1) / SECTOR - firstSector + 1;
    int pieces = (int) Math.min(sectors, choices.detail());
    for (int piece = 0; piece < pieces; piece++) {
      if (Fate.kept(choices)) {
        long from = Math.max(written.offset, (firstSector + sectors * piece / pieces) * SECTOR);
        long to = Math.min(end, (firstSector + sectors * (piece + 1) / pieces) * SECTOR);
        image.write(from, data, (int) (from - written.offset), (int) (to - from));
      }
    }
  }
}
