package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.core.store.EventStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The store in a data folder. Commands that only look at one never make one. */
final class StoreFolder {
  /** Where in a data folder the store is. */
  private static final String STORE = "log";

  private StoreFolder() {}

  /**
   * The folder of the store that is there.
   *
   * @throws FailureException when there is none
   */
  static Path require(Invocation invocation) throws IOException {
    Path data = invocation.data();
    Path store = data.resolve(STORE);
    String missing = null;
    if (!Files.exists(data)) {
      missing = "folder " + data + " does not exist";
    } else if (!Files.isDirectory(data)) {
      missing = data + " is not a folder";
    } else if (!Files.isDirectory(store) || isEmpty(store)) {
      missing = data + " holds no store (none in " + store + ")";
    }
    if (missing != null) {
      throw new FailureException(
          missing
              + "; name the data folder with --data or MILLRACE_DATA, or make one with"
              + " 'millrace demo' or 'millrace retail import'");
    }
    return store;
  }

  /** Whether the store is a folder's, and not in a database. */
  static boolean isInFolder(Invocation invocation) {
    return invocation.configuration().store().equals(Setting.STORE.standard());
  }

  /**
   * The same as {@link #require}, but for a store in a database, which is seen when it is opened.
   */
  static void requireIfInFolder(Invocation invocation) throws IOException {
    if (isInFolder(invocation)) {
      Path _ = require(invocation);
    }
  }

  /** Opens the store of the data folder, or makes one. */
  static EventStore openOrMake(Invocation invocation) {
    return EventStore.open("log:" + invocation.data().resolve(STORE) + StoreKey.option(invocation));
  }

  /**
   * The folder for a store in a data folder that is new, or empty.
   *
   * @throws FailureException when anything is in the data folder
   */
  static Path fresh(Path data) throws IOException {
    if (Files.exists(data)) {
      if (!Files.isDirectory(data)) {
        throw new FailureException(data + " is not a folder; name a new one");
      }
      Optional<Path> first = firstIn(data, STORE);
      if (first.isEmpty() && Files.isDirectory(data.resolve(STORE))) {
        first = firstIn(data.resolve(STORE), "lock"); // left by a work that was refused
      }
      if (first.isPresent()) {
        throw new FailureException(
            "folder "
                + data
                + " is not empty ("
                + data.relativize(first.get())
                + "); name a new one, so that nothing is overwritten");
      }
    }
    return data.resolve(STORE);
  }

  private static Optional<Path> firstIn(Path folder, String except) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.endsWith(except)).sorted().findFirst();
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.noneMatch(file -> file.toString().endsWith(".seg"));
    }
  }

  /** Opens the store that is there. */
  static EventStore open(Invocation invocation) throws IOException {
    if (!isInFolder(invocation)) {
      return EventStore.open(invocation.configuration().store());
    }
    return EventStore.open("log:" + require(invocation) + StoreKey.option(invocation));
  }
}
