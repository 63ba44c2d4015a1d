package dev.millrace.testkit.sim;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A folder: its names as calls see them, as they surely are on the medium, and the changes between.
 *
 * <p>A power failure keeps any of these changes, except that a change of a name is kept only when
 * every earlier change of that name is: file systems journal them in order.
 */
final class FolderNode implements Node {
  private final SortedMap<String, Node> seen;
  private final SortedMap<String, Node> durable;
  private final List<Change> pending;
  private boolean locked;

  /** Names and what they stand for from now on, changed together. */
  private record Change(long number, List<Entry> entries) {}

  private record Entry(String name, @Nullable Node node) {}

  FolderNode() {
    this(new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
  }

  private FolderNode(
      SortedMap<String, Node> seen, SortedMap<String, Node> durable, List<Change> pending) {
    this.seen = seen;
    this.durable = durable;
    this.pending = pending;
  }

  SortedMap<String, Node> names() {
    return seen;
  }

  boolean locked() {
    return locked;
  }

  void locked(boolean locked) {
    this.locked = locked;
  }

  void put(long number, String name, Node node) {
    change(new Change(number, List.of(new Entry(name, node))));
  }

  void remove(long number, String name) {
    change(new Change(number, List.of(new Entry(name, null))));
  }

  void rename(long number, String from, String to, Node node) {
    change(new Change(number, List.of(new Entry(from, null), new Entry(to, node))));
  }

  private void change(Change change) {
    apply(seen, change);
    pending.add(change);
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

  int pendingChanges() {
    int changes = pending.size();
    for (Node node : seen.values()) {
      changes +=
          switch (node) {
            case FileNode file -> file.pendingChanges();
            case FolderNode folder -> folder.pendingChanges();
          };
    }
    return changes;
  }

  long bytes() {
    long bytes = 0;
    for (Node node : seen.values()) {
      bytes +=
          switch (node) {
            case FileNode file -> file.seen().size();
            case FolderNode folder -> folder.bytes();
          };
    }
    return bytes;
  }

  @Override
  public FolderNode afterPowerLoss(Choices choices, boolean flips) {
    SortedMap<String, Node> names = new TreeMap<>(durable);
    Set<String> broken = new TreeSet<>();
    for (Change change : pending) {
      boolean possible =
          change.entries().stream().noneMatch(entry -> broken.contains(entry.name()));
      if (possible && Fate.kept(choices)) {
        apply(names, change);
      } else {
        change.entries().forEach(entry -> broken.add(entry.name()));
      }
    }
    names.replaceAll((name, node) -> node.afterPowerLoss(choices, flips));
    return new FolderNode(names, new TreeMap<>(names), new ArrayList<>());
  }

  @Override
  public FolderNode afterKill() {
    IdentityHashMap<Node, Node> copies = new IdentityHashMap<>(); // never iterated
    SortedMap<String, Node> seenCopy = new TreeMap<>(seen);
    seenCopy.replaceAll((name, node) -> copies.computeIfAbsent(node, Node::afterKill));
    SortedMap<String, Node> durableCopy = new TreeMap<>(durable);
    durableCopy.replaceAll((name, node) -> copies.computeIfAbsent(node, Node::afterKill));
    List<Change> pendingCopy = new ArrayList<>();
    for (Change change : pending) {
      List<Entry> entries = new ArrayList<>();
      for (Entry entry : change.entries()) {
        Node node = entry.node();
        entries.add(
            new Entry(
                entry.name(), node == null ? null : copies.computeIfAbsent(node, Node::afterKill)));
      }
      pendingCopy.add(new Change(0, entries)); // the next process numbers its calls anew
    }
    return new FolderNode(seenCopy, durableCopy, pendingCopy);
  }

  private static void apply(SortedMap<String, Node> names, Change change) {
    for (Entry entry : change.entries()) {
      Node node = entry.node();
      if (node == null) {
        names.remove(entry.name());
      } else {
        names.put(entry.name(), node);
      }
    }
  }
}
