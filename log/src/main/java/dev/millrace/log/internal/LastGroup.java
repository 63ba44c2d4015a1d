package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A copy of the last group, which is there while opening writes that group again where it stands.
 *
 * <p>The group may be durable and acknowledged: a power failure in the middle of that write must
 * not tear it. So its bytes stand in a file of their own until the write is durable. An opening
 * that finds the file writes the group once more, from it, before it reads the segment. Bytes of a
 * whole group never change, so doing that once too often does no harm.
 *
 * <pre>
 *    0  8  magic "MILLLAST"
 *    8  4  format version
 *   12  4  CRC-32C of bytes 16 to the end
 *   16  8  segment number
 *   24  8  segment salt
 *   32  8  where the group begins in the segment
 *   40     the group
 * </pre>
 */
final class LastGroup {
  static final String NAME = "last-group";
  private static final long MAGIC = 0x5453_414C_4C4C_494DL; // "MILLLAST"
  private static final int VERSION = 1;
  private static final int CRC_AT = 12;
  private static final int CHECKED_FROM = 16;
  private static final int HEADER_BYTES = 40;

  private LastGroup() {}

  /**
   * Writes a group again where it stands, so that a sync makes it durable.
   *
   * @param file of the segment
   * @param from where the group begins
   * @param end where it ends
   */
  static List<IoScript.Step> writeAgain(
      Disk disk, SegmentHeader segment, DiskFile file, int from, int end) throws IOException {
    byte[] group = bytes(file, from, end);
    List<IoScript.Step> steps =
        new ArrayList<>(
            NewFile.steps(
                disk, NAME + SegmentFiles.UNFINISHED, NAME, () -> encode(segment, from, group)));
    steps.add(disk::sync);
    steps.add(completion -> file.write(from, ByteBuffer.wrap(group), completion));
    steps.add(file::sync);
    steps.add(IoScript.now(() -> disk.delete(NAME)));
    steps.add(disk::sync);
    return steps;
  }

  /** The same for a group without events, of which no copy is kept. */
  static List<IoScript.Step> writeMarkerAgain(Disk disk, DiskFile file, int from, int end)
      throws IOException {
    byte[] marker = bytes(file, from, end);
    return List.of(
        completion -> file.write(from, ByteBuffer.wrap(marker), completion),
        file::sync,
        disk::sync);
  }

  private static byte[] bytes(DiskFile file, int from, int end) throws IOException {
    byte[] bytes = new byte[end - from];
    file.read(from, bytes.length).get(bytes);
    return bytes;
  }

  private static byte[] encode(SegmentHeader segment, int from, byte[] group) {
    ByteBuffer out =
        ByteBuffer.allocate(HEADER_BYTES + group.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(VERSION).putInt(0);
    out.putLong(segment.number()).putLong(segment.salt()).putLong(from).put(group);
    return out.putInt(CRC_AT, crc(out.array())).array();
  }

  private static int crc(byte[] file) {
    CRC32C crc = new CRC32C();
    crc.update(file, CHECKED_FROM, file.length - CHECKED_FROM);
    return (int) crc.getValue();
  }

  /** What is left to do of an opening that was cut short; nothing when none was. */
  static List<IoScript.Step> finish(Disk disk) throws IOException {
    List<String> names = disk.list();
    if (!names.contains(NAME)) {
      return List.of();
    }
    ByteBuffer copy = read(disk);
    long number = copy.getLong();
    long salt = copy.getLong();
    long from = copy.getLong();
    List<IoScript.Step> steps = new ArrayList<>();
    if (isActive(disk, names, number, salt)) {
      DiskFile[] file = new DiskFile[1];
      steps.add(IoScript.now(() -> file[0] = disk.open(SegmentHeader.fileName(number))));
      steps.add(
          completion -> file[0].write(from, copy.slice(), NewFile.closing(file[0], completion)));
      steps.add(completion -> file[0].sync(NewFile.closing(file[0], completion)));
      steps.add(IoScript.now(() -> file[0].close()));
    }
    steps.add(IoScript.now(() -> disk.delete(NAME)));
    steps.add(disk::sync);
    return steps;
  }

  /** A segment that has a successor was durable as a whole before that was made. */
  private static boolean isActive(Disk disk, List<String> names, long number, long salt)
      throws IOException {
    if (!names.contains(SegmentHeader.fileName(number))
        || names.contains(SegmentHeader.fileName(number + 1))) {
      return false;
    }
    DiskFile file = disk.open(SegmentHeader.fileName(number));
    try {
      SegmentHeader header = Recovery.readHeader(file, disk);
      return header != null && header.salt() == salt;
    } finally {
      file.close();
    }
  }

  /** The file from the segment's number on. */
  private static ByteBuffer read(Disk disk) throws IOException {
    DiskFile file = disk.open(NAME);
    try {
      byte[] bytes = new byte[(int) Math.min(file.size(), Integer.MAX_VALUE - 8)];
      file.read(0, bytes.length).get(bytes);
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (bytes.length < HEADER_BYTES
          || in.getLong() != MAGIC
          || in.getInt() != VERSION
          || in.getInt() != crc(bytes)) {
        throw Recovery.damaged(
            disk,
            NAME,
            0,
            "the copy of the last group, which an opening that was cut short left behind, is not as"
                + " it was written. If 'millrace log verify' finds nothing wrong in a copy of the"
                + " folder without this file, delete it");
      }
      return in;
    } finally {
      file.close();
    }
  }
}
