package dev.millrace.cli.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The effective settings, each with where it comes from. Immutable. */
public final class Configuration {
  /** The file that is read when it is there. */
  public static final String FILE_NAME = "millrace.properties";

  /** Names another file. */
  public static final String FILE_VARIABLE = "MILLRACE_CONFIG";

  /** The port that the program chooses. */
  public static final long AUTO = -1;

  private static final String PREFIX = "MILLRACE_";

  /** Variables of the scripts and of the file's place: known, but no settings. */
  private static final List<String> OTHER_VARIABLES =
      List.of(FILE_VARIABLE, "MILLRACE_JAVA_OPTS", "MILLRACE_CHROMIUM");

  private final Map<Setting, Effective> settings;

  /**
   * A setting as it is.
   *
   * @param text as it was written
   * @param value as it was read
   * @param origin where: a flag, a variable, a line of a file, or {@code default}
   */
  public record Effective(String text, Object value, String origin) {}

  private Configuration(Map<Setting, Effective> settings) {
    this.settings = settings;
  }

  /**
   * Where settings come from.
   *
   * @param flags those given on the command line
   * @param environment the process' environment
   * @param folder the working folder: where the file is looked for
   * @param file the file that was asked for; null: the one in the folder, if there is one
   */
  public record Sources(
      Map<Setting, String> flags,
      Map<String, String> environment,
      Path folder,
      @Nullable String file) {}

  /**
   * Reads all sources.
   *
   * @throws ConfigurationException when any of them has an unknown name or a wrong value, also one
   *     that another source overrides
   */
  public static Configuration read(Sources sources) {
    Map<Setting, Effective> settings = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      put(settings, setting, setting.standard(), "default");
    }
    PropertiesFile.find(sources).forEach(settings::put);
    readEnvironment(sources.environment(), settings);
    sources.flags().forEach((setting, text) -> put(settings, setting, text, setting.flag()));
    return new Configuration(settings);
  }

  private static void put(
      Map<Setting, Effective> settings, Setting setting, String text, String origin) {
    settings.put(setting, new Effective(text, setting.read(text, origin), origin));
  }

  private static void readEnvironment(
      Map<String, String> environment, Map<Setting, Effective> settings) {
    TreeSet<String> unknown = new TreeSet<>();
    for (String name : environment.keySet()) {
      if (name.startsWith(PREFIX) && !OTHER_VARIABLES.contains(name)) {
        unknown.add(name);
      }
    }
    for (Setting setting : Setting.values()) {
      String text = environment.get(setting.variable());
      if (text != null) {
        unknown.remove(setting.variable());
        put(settings, setting, text, setting.variable());
      }
    }
    if (!unknown.isEmpty()) {
      List<String> known =
          Stream.concat(
                  Stream.of(Setting.values()).map(Setting::variable), OTHER_VARIABLES.stream())
              .toList();
      String name = unknown.first();
      throw new ConfigurationException(
          "unknown environment variable " + name + suggestion(name, known));
    }
  }

  static String suggestion(String name, List<String> known) {
    // What all variables have in common says nothing about which of them was meant.
    String common = name.startsWith(PREFIX) ? PREFIX : "";
    String found =
        Nearest.to(
            name.substring(common.length()),
            known.stream().map(each -> each.substring(common.length())).toList());
    String nearest = found == null ? null : common + found;
    return (nearest == null ? "" : "; did you mean " + nearest + "?")
        + (nearest == null ? "; there are " : " There are ")
        + String.join(", ", known);
  }

  /** A setting as it is. */
  public Effective effective(Setting setting) {
    return Objects.requireNonNull(settings.get(setting));
  }

  private Object value(Setting setting) {
    return effective(setting).value();
  }

  /** {@link Setting#STORE}. */
  public String store() {
    return (String) value(Setting.STORE);
  }

  /** {@link Setting#KEY}: where it is, not the key. */
  public String key() {
    return (String) value(Setting.KEY);
  }

  /** {@link Setting#DATA}. */
  public Path data() {
    return (Path) value(Setting.DATA);
  }

  /** A setting that is a word. */
  public String word(Setting setting) {
    return (String) value(setting);
  }

  /** A setting that is a whole number. */
  public long number(Setting setting) {
    return (Long) value(setting);
  }

  /** {@link Setting#NODE_NAMES}. */
  @SuppressWarnings("unchecked") // as the setting reads it
  public Set<String> names() {
    return (Set<String>) value(Setting.NODE_NAMES);
  }

  /** {@link Setting#NODE_TRACES}; null: nowhere. */
  public @Nullable URI traces() {
    return value(Setting.NODE_TRACES) instanceof URI url ? url : null;
  }

  /** {@link Setting#DEMO_DURATION}; null: until it is stopped. */
  public @Nullable Duration demoDuration() {
    Object duration = value(Setting.DEMO_DURATION);
    return duration.equals(Allowed.FOREVER) ? null : (Duration) duration;
  }
}
