package dev.millrace.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * Where a channel is, as its URL says.
 *
 * @param servers {@code host:port}, several with commas
 * @param topic its name
 * @param structured whether messages are written as one document
 * @param partitions with how many a missing topic is made; 0: it is not made
 * @param replication with how many copies
 * @param settings of Kafka's clients
 */
record KafkaAddress(
    String servers,
    String topic,
    boolean structured,
    int partitions,
    short replication,
    Map<String, Object> settings) {
  private static final String PREFIX = KafkaChannelProvider.SCHEME + "://";
  private static final String FORM = "kafka://host:port/topic";
  private static final Set<String> KNOWN =
      Set.of("format", "partitions", "replication", "properties");

  static KafkaAddress parse(String url) {
    String rest = url.startsWith(PREFIX) ? url.substring(PREFIX.length()) : "";
    int question = rest.indexOf('?');
    String place = question < 0 ? rest : rest.substring(0, question);
    int slash = place.indexOf('/');
    if (slash < 1 || slash == place.length() - 1 || place.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "a Kafka channel is written "
              + FORM
              + ", without a user: put credentials into a file, ?properties=…");
    }
    Map<String, String> parameters = parameters(question < 0 ? "" : rest.substring(question + 1));
    String format = parameters.getOrDefault("format", "binary");
    if (!format.equals("binary") && !format.equals("structured")) {
      throw new IllegalArgumentException("format is binary or structured, not '" + format + "'");
    }
    String file = parameters.get("properties");
    return new KafkaAddress(
        place.substring(0, slash),
        place.substring(slash + 1),
        format.equals("structured"),
        number(parameters, "partitions", 0),
        (short) number(parameters, "replication", 1),
        file == null ? Map.of() : read(Path.of(file)));
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new TreeMap<>();
    for (String one : query.split("&")) {
      int equals = one.indexOf('=');
      if (one.isEmpty()) {
        continue;
      }
      String name = equals < 0 ? one : one.substring(0, equals);
      if (equals < 0 || !KNOWN.contains(name)) {
        throw new IllegalArgumentException(
            "a Kafka channel has the parameters "
                + new java.util.TreeSet<>(KNOWN)
                + ", not '"
                + name
                + "'");
      }
      parameters.put(name, URLDecoder.decode(one.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return parameters;
  }

  private static int number(Map<String, String> parameters, String name, int otherwise) {
    String text = parameters.get(name);
    try {
      int number = text == null ? otherwise : Integer.parseInt(text);
      if (number >= 0 && number <= Short.MAX_VALUE) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // said below
    }
    throw new IllegalArgumentException(name + " is a number from 0 to 32767, not '" + text + "'");
  }

  private static Map<String, Object> read(Path file) {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("the settings of Kafka's clients cannot be read", e);
    }
    Map<String, Object> settings = new HashMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> settings.put(name, properties.getProperty(name)));
    return settings;
  }

  /** Without secrets. */
  String location() {
    return PREFIX + servers + "/" + topic;
  }
}
