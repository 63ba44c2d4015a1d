package dev.millrace.postgresql;

import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.store.EventStore;
import dev.millrace.testkit.contract.PersonalDataContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of personal data with the events in PostgreSQL and the keys in a folder. What is
 * searched are the server's own files of the tables, with rows that were replaced and of the
 * backup.
 */
final class PersonalDataTest extends PersonalDataContract {
  private static final List<String> TABLES = List.of("event", "event_tag", "snapshot");

  @TempDir Path folder;
  private final String schema = TestServer.newSchema();
  private final String backup = schema + "_backup";

  @BeforeEach
  void makeSchemaOfTheBackup() throws SQLException {
    TestServer.shared().execute("CREATE SCHEMA " + backup);
  }

  private Path keys() {
    return folder.resolve("keys");
  }

  @Override
  protected EventStore openStore() {
    return EventStore.open(TestServer.shared().url(schema));
  }

  @Override
  protected SubjectKeys openKeys() {
    return SubjectKeys.open("keys:" + keys());
  }

  @Override
  protected void backUpStore(EventStore store) throws SQLException {
    for (String table : TABLES) {
      TestServer.shared()
          .execute("CREATE TABLE " + backup + "." + table + " AS TABLE " + schema + "." + table);
    }
  }

  @Override
  protected void restoreStore() throws SQLException {
    for (String table : TABLES) {
      TestServer.shared().execute("TRUNCATE " + schema + "." + table);
      TestServer.shared()
          .execute("INSERT INTO " + schema + "." + table + " TABLE " + backup + "." + table);
    }
  }

  @Override
  protected void copyKeys() throws IOException {
    copy(keys(), Files.createDirectories(folder.resolve("copied-keys")));
  }

  @Override
  protected void restoreKeys() throws IOException {
    copy(folder.resolve("copied-keys"), keys());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.write(to.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    }
  }

  @Override
  protected Map<String, byte[]> filesOfStore() throws Exception {
    Map<String, byte[]> files = new TreeMap<>();
    try (Connection connection = TestServer.shared().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT");
      try (ResultSet row =
          statement.executeQuery(
              "SELECT c.oid::regclass::text, current_setting('data_directory') || '/'"
                  + " || pg_relation_filepath(c.oid) FROM pg_class c WHERE c.relkind IN ('r', 'i',"
                  + " 't') AND (c.relnamespace IN ('"
                  + schema
                  + "'::regnamespace, '"
                  + backup
                  + "'::regnamespace) OR c.oid IN (SELECT reltoastrelid FROM pg_class t WHERE"
                  + " t.relnamespace IN ('"
                  + schema
                  + "'::regnamespace, '"
                  + backup
                  + "'::regnamespace)))")) {
        while (row.next()) {
          files.put(row.getString(1), Files.readAllBytes(Path.of(row.getString(2))));
        }
      }
    }
    return files;
  }

  @Override
  protected Map<String, byte[]> filesOfKeys() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(keys())) {
      all.filter(Files::isRegularFile).forEach(file -> files.put(file.toString(), bytes(file)));
    }
    return files;
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
