package dev.millrace.cli.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A file of {@code key = value} lines, in UTF-8; {@code #} begins a comment line. A relative path
 * in it is taken from the file's folder, so that the file means the same from everywhere.
 */
final class PropertiesFile {
  private static final long MAX_BYTES = 1 << 20;

  private PropertiesFile() {}

  /** Reads the file that the sources ask for, or the one in their folder if it is there. */
  static Map<Setting, Configuration.Effective> find(Configuration.Sources sources) {
    String variable = sources.environment().get(Configuration.FILE_VARIABLE);
    String asked = sources.file() != null ? sources.file() : variable;
    if (asked == null) {
      Path file = sources.folder().resolve(Configuration.FILE_NAME);
      return Files.exists(file) ? read(file, Configuration.FILE_NAME, Path.of("")) : Map.of();
    }
    Path file = sources.folder().resolve(asked);
    if (!Files.isRegularFile(file)) {
      throw new ConfigurationException(
          (sources.file() != null ? "--config" : Configuration.FILE_VARIABLE)
              + ": there is no file "
              + asked);
    }
    Path folder = Path.of(asked).getParent();
    return read(file, asked, folder == null ? Path.of("") : folder);
  }

  private static Map<Setting, Configuration.Effective> read(Path file, String name, Path folder) {
    Map<Setting, Configuration.Effective> settings = new EnumMap<>(Setting.class);
    int number = 0;
    for (String line : lines(file, name)) {
      number++;
      String text = line.strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        add(settings, text, name + ":" + number, folder);
      }
    }
    return settings;
  }

  private static List<String> lines(Path file, String name) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ConfigurationException(
            name + ": is larger than " + MAX_BYTES + " bytes; this is not a configuration");
      }
      return Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new ConfigurationException(name + ": is not UTF-8 text");
    } catch (IOException e) {
      throw new ConfigurationException(name + ": cannot be read: " + e);
    }
  }

  private static void add(
      Map<Setting, Configuration.Effective> settings, String line, String where, Path folder) {
    int equals = line.indexOf('=');
    if (equals < 0) {
      throw new ConfigurationException(
          where + ": a line is written key = value, not '" + line + "'");
    }
    String key = line.substring(0, equals).strip();
    String text = line.substring(equals + 1).strip();
    Setting setting = Setting.named(key);
    if (setting == null) {
      List<String> known = Stream.of(Setting.values()).map(Setting::key).toList();
      throw new ConfigurationException(
          where + ": unknown key '" + key + "'" + Configuration.suggestion(key, known));
    }
    Object value = setting.read(text, where);
    if (value instanceof Path path) {
      value = folder.resolve(path);
    }
    if (settings.put(setting, new Configuration.Effective(text, value, where)) != null) {
      throw new ConfigurationException(where + ": '" + key + "' is set for the second time");
    }
  }
}
