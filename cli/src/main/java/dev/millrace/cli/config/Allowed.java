package dev.millrace.cli.config;

import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a setting may be.
 *
 * @param description completes "allowed is …"
 * @param read makes the value; an {@link IllegalArgumentException} refuses the text
 */
record Allowed(String description, Function<String, Object> read) {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?");

  /** The duration that does not end. */
  static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  static Allowed folder() {
    return new Allowed("the path of a folder", Allowed::readPath);
  }

  private static Path readPath(String text) {
    try {
      if (!text.isBlank()) {
        return Path.of(text);
      }
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(e);
    }
    throw new IllegalArgumentException("empty");
  }

  static Allowed oneOf(String... words) {
    List<String> all = List.of(words);
    return new Allowed(
        "one of " + String.join(", ", all),
        text -> {
          if (!all.contains(text)) {
            throw new IllegalArgumentException(text);
          }
          return text;
        });
  }

  static Allowed whole(long least, long most) {
    return new Allowed(
        "a whole number from " + least + " to " + most,
        text -> {
          long number = Long.parseLong(text);
          if (number < least || number > most) {
            throw new IllegalArgumentException(text);
          }
          return number;
        });
  }

  static Allowed text(String description) {
    return new Allowed(
        description,
        text -> {
          if (text.isBlank()) {
            throw new IllegalArgumentException("empty");
          }
          return text;
        });
  }

  /** A port, 0 for any that is free, or {@link Configuration#AUTO}, read as -1. */
  static Allowed port() {
    Allowed number = whole(0, 65_535);
    return new Allowed(
        "auto, or " + number.description() + " (0: any that is free)",
        text -> text.equals("auto") ? (Object) Configuration.AUTO : number.read().apply(text));
  }

  /** Names of hosts, or a word that stands for no names; read as a set. */
  static Allowed namesOr(String none) {
    return new Allowed(
        "names of hosts with commas between them, as in shop.example,shop, or " + none,
        text -> {
          if (text.equals(none)) {
            return Set.of();
          }
          Set<String> names = Set.of(text.split("\\s*,\\s*", -1));
          if (!names.stream().allMatch(name -> NAME.matcher(name).matches())) {
            throw new IllegalArgumentException(text);
          }
          return names;
        });
  }

  /** An address of the web, or a word, read as itself. */
  static Allowed urlOr(String word) {
    return new Allowed(
        "an http or https URL, or " + word,
        text -> {
          if (text.equals(word)) {
            return word;
          }
          URI url = URI.create(text);
          if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
            throw new IllegalArgumentException(text);
          }
          return url;
        });
  }

  static Allowed duration() {
    return new Allowed(
        "a number with a unit, as in 500ms, 30s, 5m, 1h or 7d, or the word forever",
        Allowed::readDuration);
  }

  private static Duration readDuration(String text) {
    if (text.equals("forever")) {
      return FOREVER;
    }
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(text);
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
