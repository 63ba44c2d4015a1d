package dev.millrace.lucene;

import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.RowsVersion;
import dev.millrace.core.readmodel.RowsVersion.State;
import dev.millrace.core.store.StoreIdentity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a commit says beside its documents, as texts by name: checkpoints, versions, blocked keys,
 * and which projection keeps a table. Names and values are parts with a line break between, which
 * none of them can have.
 */
final class Facts {
  private static final String CHECKPOINT = "checkpoint";
  private static final String VERSION = "version";
  private static final String BLOCKED = "blocked";
  private static final String KEEPER = "keeper";
  private static final String SEPARATOR = "\n";

  private final TreeMap<String, String> all;
  private boolean changed;

  Facts(Map<String, String> committed) {
    this.all = new TreeMap<>(committed);
  }

  boolean isChanged() {
    return changed;
  }

  Map<String, String> toCommit() {
    return Map.copyOf(all);
  }

  private static String name(String... parts) {
    for (String part : parts) {
      if (part.contains(SEPARATOR)) {
        throw new IllegalArgumentException("a name with a line break: '" + part + "'");
      }
    }
    return String.join(SEPARATOR, parts);
  }

  private void set(String name, @Nullable String value) {
    changed = true;
    if (value == null) {
      all.remove(name);
    } else {
      all.put(name, value);
    }
  }

  Optional<Checkpoint> checkpoint(String context, String processor) {
    String found = all.get(name(CHECKPOINT, context, processor));
    if (found == null) {
      return Optional.empty();
    }
    String[] parts = found.split(SEPARATOR, -1);
    return Optional.of(
        new Checkpoint(
            context,
            processor,
            Integer.parseInt(parts[0]),
            new StoreIdentity(UUID.fromString(parts[1]), Long.parseLong(parts[2])),
            Long.parseLong(parts[3])));
  }

  void save(Checkpoint checkpoint) {
    StoreIdentity store = checkpoint.store();
    set(
        name(CHECKPOINT, checkpoint.context(), checkpoint.processor()),
        name(
            Integer.toString(checkpoint.version()),
            store.id().toString(),
            Long.toString(store.epoch()),
            Long.toString(checkpoint.position())));
  }

  void forgetCheckpoint(String context, String processor) {
    set(name(CHECKPOINT, context, processor), null);
  }

  List<String> blocked(String context, String processor) {
    return List.copyOf(with(name(BLOCKED, context, processor, "")).values());
  }

  void saveBlocked(String context, String processor, String id, @Nullable String document) {
    set(name(BLOCKED, context, processor, id), document);
  }

  void forgetBlocked(String context, String processor) {
    for (String one : List.copyOf(with(name(BLOCKED, context, processor, "")).keySet())) {
      set(one, null);
    }
  }

  private Map<String, String> with(String prefix) {
    return all.subMap(prefix, prefix + Character.MAX_VALUE);
  }

  List<RowsVersion> versions(String context, String processor) {
    List<RowsVersion> versions = new ArrayList<>();
    with(name(VERSION, context, processor, ""))
        .forEach((name, value) -> {
          String[] parts = value.split(SEPARATOR, 3);
          versions.add(
              new RowsVersion(
                  context,
                  processor,
                  Integer.parseInt(name.substring(name.lastIndexOf(SEPARATOR) + 1)),
                  parts[0],
                  State.valueOf(parts[1]),
                  parts[2].isEmpty() ? List.of() : List.of(parts[2].split(SEPARATOR, -1))));
        });
    versions.sort(Comparator.comparingInt(RowsVersion::version));
    return versions;
  }

  private static String versionName(RowsVersion version) {
    return name(
        VERSION, version.context(), version.processor(), Integer.toString(version.version()));
  }

  void save(RowsVersion version) {
    set(
        versionName(version),
        version.place()
            + SEPARATOR
            + version.state()
            + SEPARATOR
            + String.join(SEPARATOR, version.tables()));
  }

  void drop(RowsVersion version) {
    set(versionName(version), null);
  }

  /** A version as it stands; empty: it is not kept. */
  Optional<RowsVersion> kept(RowsVersion version) {
    return versions(version.context(), version.processor()).stream()
        .filter(one -> one.version() == version.version())
        .findFirst();
  }

  /** A version of a projection keeps a table of this name. */
  void keeps(RowsVersion version, String table) {
    String keeper = name(version.context(), version.processor());
    if (!keeper.equals(all.get(name(KEEPER, table)))) {
      set(name(KEEPER, table), keeper);
    }
  }

  /** Where the documents of a table are that answer; they may be none. */
  String livePlace(String table) {
    String keeper = all.get(name(KEEPER, table));
    if (keeper == null) {
      return "";
    }
    String[] parts = keeper.split(SEPARATOR, -1);
    return versions(parts[0], parts[1]).stream()
        .filter(RowsVersion::isLive)
        .findFirst()
        .map(RowsVersion::place)
        .orElse("");
  }
}
