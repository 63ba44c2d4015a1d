package dev.millrace.postgresql;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where a store is and how it is used.
 *
 * @param jdbcUrl of the driver, with what the driver must know
 * @param schema of the database in which the store's tables are; made when absent
 * @param connections most for reads, at least 1; one more appends and one listens
 * @param poll how often the head is asked for while somebody follows the store; notifications come
 *     sooner, polling is what can be relied upon
 * @param retry how long an append is tried again while the database does not answer
 * @param synchronous whether a synchronous standby is promised: then appends are refused while
 *     {@code synchronous_standby_names} is empty, and a promoted standby goes on with the same
 *     history; else a promoted standby begins a new history epoch
 */
public record PostgresqlOptions(
    String jdbcUrl,
    String schema,
    int connections,
    Duration poll,
    Duration retry,
    boolean synchronous) {
  private static final Pattern SCHEMA = Pattern.compile("[a-z_][a-z0-9_]{0,62}");
  private static final String SCHEME = "postgresql://";

  public PostgresqlOptions {
    if (!SCHEMA.matcher(schema).matches()) {
      throw new IllegalArgumentException(
          "a schema is named with 1 to 63 of a-z, 0-9 and _, not beginning with a digit: '"
              + schema
              + "'");
    }
    if (connections < 1) {
      throw new IllegalArgumentException("connections must be at least 1: " + connections);
    }
    if (poll.isNegative() || poll.isZero()) {
      throw new IllegalArgumentException("poll must be positive: " + poll);
    }
    if (retry.isNegative()) {
      throw new IllegalArgumentException("retry must not be negative: " + retry);
    }
  }

  /** What holds where a URL says nothing else. */
  public static PostgresqlOptions of(String jdbcUrl) {
    return new PostgresqlOptions(
        jdbcUrl, "millrace", 8, Duration.ofMillis(200), Duration.ofSeconds(30), false);
  }

  /** The same in another schema. */
  public PostgresqlOptions withSchema(String schema) {
    return new PostgresqlOptions(jdbcUrl, schema, connections, poll, retry, synchronous);
  }

  /** The same with another number of connections. */
  public PostgresqlOptions withConnections(int connections) {
    return new PostgresqlOptions(jdbcUrl, schema, connections, poll, retry, synchronous);
  }

  /**
   * Reads {@code postgresql://user:password@host:port/database?option=value&option=value}. Options
   * of the store are {@code schema}, {@code connections}, {@code poll-millis}, {@code
   * retry-seconds} and {@code replication=synchronous}; any other is the driver's own. User and
   * password are percent-encoded; several hosts are separated by commas.
   *
   * @throws IllegalArgumentException when it is of another form
   */
  public static PostgresqlOptions parse(String url) {
    if (!url.startsWith(SCHEME)) {
      throw new IllegalArgumentException(
          "a PostgreSQL store's URL is written postgresql://user:password@host:port/database");
    }
    int question = url.indexOf('?');
    String place = url.substring(SCHEME.length(), question < 0 ? url.length() : question);
    List<String> driver = new ArrayList<>();
    int at = place.lastIndexOf('@');
    if (at >= 0) {
      String[] login = place.substring(0, at).split(":", 2);
      driver.add("user=" + encoded(login[0]));
      if (login.length > 1) {
        driver.add("password=" + encoded(login[1]));
      }
      place = place.substring(at + 1);
    }
    PostgresqlOptions options = of("");
    for (String pair : question < 0 ? new String[0] : url.substring(question + 1).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 0) {
        if (!pair.isEmpty()) {
          throw new IllegalArgumentException("an option is written name=value, not '" + pair + "'");
        }
        continue;
      }
      String value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
      PostgresqlOptions changed = options.with(pair.substring(0, equals), value);
      if (changed == null) {
        driver.add(pair);
      } else {
        options = changed;
      }
    }
    String jdbcUrl = "jdbc:" + SCHEME + place + "?" + String.join("&", driver);
    return new PostgresqlOptions(
        jdbcUrl,
        options.schema,
        options.connections,
        options.poll,
        options.retry,
        options.synchronous);
  }

  private static String encoded(String part) {
    // what is percent-encoded may be so in another way than the driver reads
    return URLEncoder.encode(
        URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8),
        StandardCharsets.UTF_8);
  }

  /** With an option of the store; null: it is not one. */
  private @org.jspecify.annotations.Nullable PostgresqlOptions with(String name, String value) {
    return switch (name) {
      case "schema" -> withSchema(value);
      case "connections" ->
          new PostgresqlOptions(
              jdbcUrl, schema, Math.toIntExact(number(name, value)), poll, retry, synchronous);
      case "poll-millis" ->
          new PostgresqlOptions(
              jdbcUrl,
              schema,
              connections,
              Duration.ofMillis(number(name, value)),
              retry,
              synchronous);
      case "retry-seconds" ->
          new PostgresqlOptions(
              jdbcUrl,
              schema,
              connections,
              poll,
              Duration.ofSeconds(number(name, value)),
              synchronous);
      case "replication" ->
          new PostgresqlOptions(jdbcUrl, schema, connections, poll, retry, isSynchronous(value));
      default -> null;
    };
  }

  private static boolean isSynchronous(String value) {
    return switch (value) {
      case "synchronous" -> true;
      case "asynchronous" -> false;
      default ->
          throw new IllegalArgumentException(
              "replication is synchronous or asynchronous, not '" + value + "'");
    };
  }

  private static long number(String name, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a number, not '" + value + "'", e);
    }
  }

  /** The address, without the password. */
  public String address() {
    return jdbcUrl.replaceAll("(?i)(password=)[^&]*", "$1...");
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "PostgresqlOptions["
        + address()
        + ", schema "
        + schema
        + ", "
        + connections
        + " connections, poll "
        + poll
        + ", retry "
        + retry
        + (synchronous ? ", synchronous]" : "]");
  }
}
