package dev.millrace.aws;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a queue or a topic is, as its URL says.
 *
 * @param scheme {@code sqs} or {@code sns}
 * @param region its name, as in {@code eu-central-1}
 * @param account whose it is; null: that of the credentials
 * @param name of the queue or topic
 * @param structured whether messages are written as one document
 * @param visibility how long a message is hidden from others, unless that is prolonged
 * @param hold how long that is prolonged
 * @param longPoll how long a request waits for messages
 * @param create whether it is made when it is not there
 * @param endpoint another address of the service; null: the region's
 * @param types the only types of messages that reach the groups of a topic; none: all
 * @param groups whose queues are made when the topic is opened
 */
record AwsAddress(
    String scheme,
    String region,
    @Nullable String account,
    String name,
    boolean structured,
    Duration visibility,
    Duration hold,
    Duration longPoll,
    boolean create,
    @Nullable URI endpoint,
    List<String> types,
    List<String> groups) {
  /** What FIFO queues and topics end with. */
  static final String FIFO = ".fifo";

  private static final int MAX_NAME = 80;
  private static final int MAX_VISIBILITY_SECONDS = 43_200;
  private static final int MAX_WAIT_SECONDS = 20;
  private static final int HOLD_SECONDS = 3_600;
  private static final int VISIBILITY_SECONDS = 30;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.fifo)?");
  private static final Set<String> OF_QUEUES =
      Set.of("format", "visibilitySeconds", "holdSeconds", "waitSeconds", "create", "endpoint");
  private static final Set<String> OF_TOPICS = Set.of("types", "groups");

  static AwsAddress parse(String scheme, String url) {
    String prefix = scheme + "://";
    String rest = url.startsWith(prefix) ? url.substring(prefix.length()) : "";
    int question = rest.indexOf('?');
    String[] place = (question < 0 ? rest : rest.substring(0, question)).split("/", -1);
    if (place.length < 2
        || place.length > 3
        || !place[0].matches("[a-z0-9-]+")
        || (place.length == 3 && !place[1].matches("[0-9]+"))) {
      String what = scheme.equals(SqsChannelProvider.SCHEME) ? "queue" : "topic";
      throw new IllegalArgumentException(
          "a channel of "
              + scheme.toUpperCase(java.util.Locale.ROOT)
              + " is written "
              + prefix
              + "region/"
              + what
              + " or "
              + prefix
              + "region/account/"
              + what
              + ", without credentials: the SDK finds them in the environment or a profile");
    }
    String name = place[place.length - 1];
    if (!NAME.matcher(name).matches() || name.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "a name has 1 to 80 letters, digits, '-' and '_', and may end with .fifo: '"
              + name
              + "'");
    }
    Map<String, String> parameters =
        parameters(scheme, question < 0 ? "" : rest.substring(question + 1));
    return new AwsAddress(
        scheme,
        place[0],
        place.length == 3 ? place[1] : null,
        name,
        either(parameters, "format", "structured", "binary"),
        seconds(parameters, "visibilitySeconds", VISIBILITY_SECONDS, MAX_VISIBILITY_SECONDS),
        seconds(parameters, "holdSeconds", HOLD_SECONDS, MAX_VISIBILITY_SECONDS),
        seconds(parameters, "waitSeconds", MAX_WAIT_SECONDS, MAX_WAIT_SECONDS),
        !either(parameters, "create", "false", "true"),
        endpoint(parameters.get("endpoint")),
        list(parameters.get("types")),
        list(parameters.get("groups")));
  }

  private static Map<String, String> parameters(String scheme, String query) {
    Set<String> known = new TreeSet<>(OF_QUEUES);
    if (!scheme.equals(SqsChannelProvider.SCHEME)) {
      known.addAll(OF_TOPICS);
    }
    Map<String, String> parameters = new TreeMap<>();
    for (String one : query.split("&")) {
      int equals = one.indexOf('=');
      if (one.isEmpty()) {
        continue;
      }
      String name = equals < 0 ? one : one.substring(0, equals);
      if (equals < 0 || !known.contains(name)) {
        throw new IllegalArgumentException(
            "a channel of " + scheme + ": has the parameters " + known + ", not '" + name + "'");
      }
      parameters.put(name, URLDecoder.decode(one.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return parameters;
  }

  /** Whether it is the first, as it is unless set. */
  private static boolean either(
      Map<String, String> parameters, String name, String first, String second) {
    String value = parameters.getOrDefault(name, first);
    if (!value.equals(first) && !value.equals(second)) {
      throw new IllegalArgumentException(
          name + " is " + first + " or " + second + ", not '" + value + "'");
    }
    return value.equals(first);
  }

  private static Duration seconds(
      Map<String, String> parameters, String name, int otherwise, int most) {
    String text = parameters.get(name);
    try {
      int number = text == null ? otherwise : Integer.parseInt(text);
      if (number >= 1 && number <= most) {
        return Duration.ofSeconds(number);
      }
    } catch (NumberFormatException notANumber) {
      // said below
    }
    throw new IllegalArgumentException(
        name + " is a number from 1 to " + most + ", not '" + text + "'");
  }

  private static @Nullable URI endpoint(@Nullable String text) {
    if (text == null) {
      return null;
    }
    URI endpoint = URI.create(text);
    if (endpoint.getHost() == null || endpoint.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "an endpoint is written http://host:port or https://host, without a user");
    }
    return endpoint;
  }

  private static List<String> list(@Nullable String text) {
    return text == null ? List.of() : List.of(text.split(","));
  }

  boolean isFifo() {
    return name.endsWith(FIFO);
  }

  /** Without secrets. */
  String location() {
    String whose = account == null ? "" : account + "/";
    return scheme + "://" + region + "/" + whose + name;
  }
}
