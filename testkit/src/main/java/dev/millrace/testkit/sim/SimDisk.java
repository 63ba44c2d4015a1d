package dev.millrace.testkit.sim;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.IoCompletion;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that does everything a real one may do on a bad day.
 *
 * <p>It keeps apart what calls see and what is surely on the medium. {@link #afterPowerLoss} is the
 * disk that a machine finds when the power comes back: of what no sync has covered, each write is
 * lost, kept, torn at a byte or by sectors, or has only grown its file, whatever became of the
 * writes before it; files created, renamed or deleted without a sync of their folder may be as
 * before. {@link #afterKill} is the disk after the process alone has died. Either way the handles
 * of before fail from then on, and a lock is free again.
 *
 * <p>Every call has a number, and a {@link FaultPlan} says which ones fail. Safe for use from many
 * threads, but numbers are then no longer the same in each run.
 */
public final class SimDisk implements Disk {
  private final Machine machine;
  private final FolderNode folder;
  private final String path;

  private SimDisk(Machine machine, FolderNode folder, String path) {
    this.machine = machine;
    this.folder = folder;
    this.path = path;
  }

  /** An empty disk on which all goes well. */
  public static SimDisk empty() {
    return empty(DiskSettings.PLAIN);
  }

  /** An empty disk. */
  public static SimDisk empty(DiskSettings settings) {
    return root(new FolderNode(), settings);
  }

  private static SimDisk root(FolderNode root, DiskSettings settings) {
    return new SimDisk(new Machine(settings, root), root, "sim");
  }

  /** Cuts the power: from now on every call fails. */
  public void cutPower() {
    machine.cutPower();
  }

  /** Whether the power is off, by {@link #cutPower} or by a fault. */
  public boolean isOff() {
    return machine.isOff();
  }

  /**
   * Cuts the power and gives the disk, from its root, as it is found afterwards. It may be asked
   * again with other choices: each answer is a disk of its own.
   */
  public SimDisk afterPowerLoss(Choices choices, DiskSettings settings) {
    machine.cutPower();
    return machine.locked(
        () -> root(machine.root().afterPowerLoss(choices, settings.flips()), settings));
  }

  /** Ends the process but not the machine, and gives the disk, from its root, for the next one. */
  public SimDisk afterKill(DiskSettings settings) {
    machine.cutPower();
    return machine.locked(() -> root(machine.root().afterKill(), settings));
  }

  /** The number of the newest call. */
  public long calls() {
    return machine.calls();
  }

  /** The newest call at which the fault plan struck. */
  public Optional<DiskCall> newestFault() {
    return machine.newestFault();
  }

  /** How many changes no sync has covered, below this folder. */
  public int pendingChanges() {
    return machine.locked(folder::pendingChanges);
  }

  /** Flips bits on the medium, which is no call: durable bytes get damaged, too. */
  public void flip(String name, long offset, int mask) {
    machine.locked(() -> {
      if (!(folder.names().get(name) instanceof FileNode file)) {
        throw new IllegalArgumentException("no file " + path + "/" + name);
      }
      file.flip(offset, mask);
      return null;
    });
  }

  @Override
  public List<String> list() throws IOException {
    return perform(
        DiskCall.Kind.LIST,
        "",
        number ->
            folder.names().entrySet().stream()
                .filter(entry -> entry.getValue() instanceof FileNode)
                .map(Map.Entry::getKey)
                .toList());
  }

  @Override
  public DiskFile create(String name) throws IOException {
    checkName(name);
    return perform(
        DiskCall.Kind.CREATE,
        name,
        number -> {
          if (folder.names().containsKey(name)) {
            throw new FileAlreadyExistsException(at(name));
          }
          if (machine.usableBytes() <= 0) {
            throw Machine.full(at(name));
          }
          FileNode node = new FileNode();
          folder.put(number, name, node);
          return new SimFile(machine, node, name, at(name));
        });
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return perform(
        DiskCall.Kind.OPEN, name, number -> new SimFile(machine, file(name), name, at(name)));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    checkName(to);
    perform(
        DiskCall.Kind.RENAME,
        from,
        number -> {
          folder.rename(number, from, to, file(from));
          return number;
        });
  }

  @Override
  public void delete(String name) throws IOException {
    perform(
        DiskCall.Kind.DELETE,
        name,
        number -> {
          if (folder.names().containsKey(name)) {
            folder.remove(number, name);
          }
          return number;
        });
  }

  @Override
  public void sync(IoCompletion completion) {
    long covered = machine.effects();
    machine.submit(
        DiskCall.Kind.SYNC_FOLDER,
        path,
        0,
        0,
        (number, fault) -> {
          if (fault == Fault.NONE) {
            folder.sync(covered);
          } // else names stay as unsure as they are: a later sync may succeed
        },
        completion);
  }

  @Override
  public AutoCloseable lock() throws IOException {
    return perform(
        DiskCall.Kind.LOCK,
        "",
        number -> {
          if (folder.locked()) {
            throw new FileSystemException(path, null, "locked by another simulated process");
          }
          folder.locked(true);
          AtomicBoolean held = new AtomicBoolean(true);
          return () -> {
            if (held.getAndSet(false)) {
              machine.locked(() -> {
                folder.locked(false);
                return null;
              });
            }
          };
        });
  }

  @Override
  public long usableBytes() throws IOException {
    return perform(DiskCall.Kind.SIZE, "", number -> Math.max(0, machine.usableBytes()));
  }

  @Override
  public long totalBytes() throws IOException {
    return perform(DiskCall.Kind.SIZE, "", number -> machine.totalBytes());
  }

  @Override
  public Disk folder(String name) throws IOException {
    checkName(name);
    FolderNode found =
        perform(
            DiskCall.Kind.FOLDER,
            name,
            number -> {
              Node node = folder.names().get(name);
              if (node instanceof FolderNode there) {
                return there;
              }
              if (node != null) {
                throw new FileAlreadyExistsException(at(name));
              }
              FolderNode created = new FolderNode();
              folder.put(number, name, created);
              return created;
            });
    return new SimDisk(machine, found, at(name));
  }

  @Override
  public String location() {
    return path;
  }

  private FileNode file(String name) throws IOException {
    @Nullable Node node = folder.names().get(name);
    if (node instanceof FileNode file) {
      return file;
    }
    throw new NoSuchFileException(at(name));
  }

  private String at(String name) {
    return name.isEmpty() ? path : path + "/" + name;
  }

  private <R> R perform(DiskCall.Kind kind, String name, Machine.Action<R> action)
      throws IOException {
    return machine.perform(kind, at(name), 0, 0, action);
  }

  private static void checkName(String name) {
    if (name.isEmpty() || name.contains("/") || name.contains("\\") || name.startsWith(".")) {
      throw new IllegalArgumentException("not a plain file name: '" + name + "'");
    }
  }
}
