package dev.millrace.cli;

import dev.millrace.core.json.PersonalJson;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.RecordedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Shows what events hold about persons: as it is stored, or in clear. Closes the keys. */
final class PersonalValues implements AutoCloseable {
  /** As they are stored. */
  static final PersonalValues SEALED = new PersonalValues(null);

  private static final String FOLDER = "keys:";

  private final @Nullable SubjectKeys keys;
  private final @Nullable PersonalJson json;

  private PersonalValues(@Nullable SubjectKeys keys) {
    this.keys = keys;
    this.json = keys == null ? null : new PersonalJson(keys);
  }

  /** In clear, with keys that are there. */
  static PersonalValues with(Invocation invocation, String source) {
    return new PersonalValues(openKeys(invocation, source));
  }

  /**
   * Opens keys that are there.
   *
   * @param source as in {@code keys:folder}; a folder is looked for from the working folder
   * @throws FailureException when there are none: opening would make a folder of them
   */
  static SubjectKeys openKeys(Invocation invocation, String source) {
    if (!source.startsWith(FOLDER)) {
      return SubjectKeys.open(source);
    }
    Path folder = invocation.path(source.substring(FOLDER.length()));
    if (isEmpty(folder)) {
      throw new FailureException(
          "there are no keys in " + folder + "; name the folder of the application's keys");
    }
    return SubjectKeys.open(FOLDER + folder);
  }

  private static boolean isEmpty(Path folder) {
    if (!Files.isDirectory(folder)) {
      return true;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new FailureException("folder " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** An event as it is to be shown. */
  RecordedEvent shown(RecordedEvent event) {
    if (json == null) {
      return event;
    }
    Bytes data = json.open(event.type(), event.tenant(), event.data());
    return new RecordedEvent(
        event.position(),
        event.id(),
        event.type(),
        event.schemaVersion(),
        event.time(),
        event.tenant(),
        event.tags(),
        data,
        event.metadata());
  }

  @Override
  public void close() {
    if (keys != null) {
      keys.close();
    }
  }
}
