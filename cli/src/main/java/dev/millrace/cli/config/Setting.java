package dev.millrace.cli.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Everything that can be configured. */
@SuppressWarnings("ImmutableEnumChecker") // Allowed is immutable, which the checker cannot see
public enum Setting {
  DATA("data", "DIR", "millrace-data", Allowed.folder(), "Folder of the store and its read models"),
  STORE(
      "store",
      "URL",
      "log",
      Allowed.text("log, or the URL of a database, as in postgresql://host/database"),
      "Where the events and read models are; log: in the data folder"),
  KEY(
      "key",
      "SOURCE",
      "none",
      Allowed.text("none, or where a key is, as in file:shop.key or env:SHOP_KEY"),
      "Master key of an encrypted store"),
  LOG_LEVEL(
      "log.level",
      "LEVEL",
      "auto",
      Allowed.oneOf("auto", "error", "warn", "info", "debug", "trace"),
      "Least level that is logged; auto: warn on a terminal, else info"),
  LOG_FORMAT(
      "log.format",
      "FORMAT",
      "auto",
      Allowed.oneOf("auto", "text", "json"),
      "How logs are written; auto: text on a terminal, else JSON"),
  COLOR(
      "color",
      "WHEN",
      "auto",
      Allowed.oneOf("auto", "always", "never"),
      "Whether to use colours; auto: on a terminal, unless NO_COLOR is set"),
  DEMO_SEED(
      "demo.seed",
      "N",
      "1",
      Allowed.whole(0, Long.MAX_VALUE),
      "Seed of the demo's traffic: the same seed makes the same orders"),
  DEMO_RATE(
      "demo.rate",
      "N",
      "50",
      Allowed.whole(0, 1_000_000),
      "Most invoices a second that the demo sends; 0: as many as it can"),
  DEMO_DURATION("demo.duration", "TIME", "forever", Allowed.duration(), "How long the demo runs"),
  NODE_HOST(
      "node.host",
      "HOST",
      "127.0.0.1",
      Allowed.text("a host name or an address"),
      "Where the page and the API are served; nobody is asked who he is, so keep it on loopback"),
  NODE_PORT(
      "node.port",
      "N",
      "auto",
      Allowed.port(),
      "Port of the page and the API; auto: 8080, or any that is free when that is taken"),
  NODE_NAMES(
      "node.names",
      "NAMES",
      "none",
      Allowed.namesOr("none"),
      "Further names by which the page and the API are reached, with commas between them"),
  NODE_TRACES(
      "node.traces",
      "URL",
      "off",
      Allowed.urlOr("off"),
      "Where traces are sent by OTLP over HTTP, as in http://localhost:4318/v1/traces, or off");

  private final String key;
  private final String label;
  private final String standard;
  private final Allowed allowed;
  private final String description;

  Setting(String key, String label, String standard, Allowed allowed, String description) {
    this.key = key;
    this.label = label;
    this.standard = standard;
    this.allowed = allowed;
    this.description = description;
  }

  /** Its name in a file, as in {@code log.level}. */
  public String key() {
    return key;
  }

  /** Its name in the environment, as in {@code MILLRACE_LOG_LEVEL}. */
  public String variable() {
    return "MILLRACE_" + key.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  /** Its flag, as in {@code --log-level}; those of demo and node do not repeat the name. */
  public String flag() {
    String name = key.startsWith("demo.") || key.startsWith("node.") ? key.substring(5) : key;
    return "--" + name.replace('.', '-');
  }

  /** What stands for the value in a usage text. */
  public String label() {
    return label;
  }

  /** What it is without being set. */
  public String standard() {
    return standard;
  }

  /** What it is for. */
  public String description() {
    return description;
  }

  /** What it may be; completes "allowed is …". */
  public String allowed() {
    return allowed.description();
  }

  /**
   * Reads a value.
   *
   * @param where the place of the text, for the message
   * @throws ConfigurationException when it is not allowed
   */
  Object read(String text, String where) {
    try {
      return allowed.read().apply(text);
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          where + ": '" + text + "' is not a value for " + key + "; allowed is " + allowed());
    }
  }

  static @Nullable Setting named(String key) {
    for (Setting setting : values()) {
      if (setting.key.equals(key)) {
        return setting;
      }
    }
    return null;
  }
}
