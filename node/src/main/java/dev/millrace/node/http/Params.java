package dev.millrace.node.http;

import dev.millrace.core.store.Tenant;
import io.helidon.common.parameters.Parameters;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The parameters of a request, each within its bound; what is wrong is said by name. */
public final class Params {
  /** Stands for all tenants, where events are only read. */
  public static final String EVERYONE = "*";

  /** Whose data; the default tenant's when absent. */
  public static final HeaderName TENANT = HeaderNames.create("Millrace-Tenant");

  /** A position in a response, or one to wait for in a request. */
  public static final HeaderName POSITION = HeaderNames.create("Millrace-Position");

  /** Most values of one parameter. */
  public static final int MAX_VALUES = 64;

  /** Longest value, in characters. */
  public static final int MAX_LENGTH = 4_096;

  private final UriQuery query;
  private final Parameters path;
  private final ServerRequestHeaders headers;

  public Params(ServerRequest request) {
    this(request.query(), request.path().pathParameters(), request.headers());
  }

  /** Those of a request's parts. */
  public Params(UriQuery query, Parameters path, ServerRequestHeaders headers) {
    this.query = query;
    this.path = path;
    this.headers = headers;
  }

  /** Refuses parameters with other names, so that a misspelt filter does not find everything. */
  public Params only(String... names) {
    Set<String> unknown = new TreeSet<>(query.names());
    List.of(names).forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw Problem.badRequest(
              "unknown parameters " + unknown + "; there are " + new TreeSet<>(List.of(names)))
          .exception();
    }
    return this;
  }

  /** A part of the path. */
  public String path(String name) {
    return path.get(name);
  }

  /** All values. */
  public List<String> all(String name) {
    List<String> values = query.all(name, List::of);
    if (values.size() > MAX_VALUES || values.stream().anyMatch(v -> v.length() > MAX_LENGTH)) {
      throw Problem.badRequest(
              "parameter '"
                  + name
                  + "' has at most "
                  + MAX_VALUES
                  + " values of at most "
                  + MAX_LENGTH
                  + " characters")
          .exception();
    }
    return values;
  }

  /** The only value. */
  public Optional<String> one(String name) {
    List<String> values = all(name);
    if (values.size() > 1) {
      throw Problem.badRequest("parameter '" + name + "' stands twice").exception();
    }
    return values.stream().findFirst();
  }

  /** A whole number. */
  public long number(String name, long least, long most, long unless) {
    Optional<String> text = one(name);
    if (text.isEmpty()) {
      return unless;
    }
    try {
      long number = Long.parseLong(text.get());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw outOfBounds(name, least, most, text.get());
    }
    throw outOfBounds(name, least, most, text.get());
  }

  private static ProblemException outOfBounds(String name, long least, long most, String text) {
    String range = most == Long.MAX_VALUE ? "at least " + least : least + " to " + most;
    return Problem.badRequest(
            "parameter '" + name + "' must be a whole number, " + range + ", not '" + text + "'")
        .exception();
  }

  /** A time. */
  public Optional<Instant> time(String name) {
    try {
      return one(name).map(Instant::parse);
    } catch (DateTimeParseException e) {
      throw Problem.badRequest("parameter '" + name + "' must be a time as in 2026-11-23T08:00:00Z")
          .exception();
    }
  }

  /** One of some words. */
  public String word(String name, String... words) {
    String word = one(name).orElse(words[0]);
    if (!List.of(words).contains(word)) {
      throw Problem.badRequest(
              "parameter '" + name + "' must be one of " + List.of(words) + ", not '" + word + "'")
          .exception();
    }
    return word;
  }

  /** Whose data. */
  public Tenant tenant() {
    String name = header(TENANT).orElse(Tenant.DEFAULT.name());
    if (name.equals(EVERYONE)) {
      throw Problem.badRequest("'" + EVERYONE + "' stands for all tenants; here it must be one")
          .exception();
    }
    return new Tenant(name);
  }

  /** A header's value. */
  public Optional<String> header(HeaderName name) {
    return headers.first(name);
  }

  /** How long the client would wait: {@code Prefer: wait=2} (RFC 7240), at most so long. */
  public Duration preferredWait(Duration most) {
    for (String value : headers.all(HeaderNames.create("Prefer"), List::of)) {
      for (String preference : value.split("[,;]", -1)) {
        String[] parts = preference.strip().split("=", 2);
        if (parts.length == 2 && parts[0].strip().equalsIgnoreCase("wait")) {
          return waitOf(parts[1].strip(), most);
        }
      }
    }
    return Duration.ZERO;
  }

  private static Duration waitOf(String seconds, Duration most) {
    try {
      Duration wanted = Duration.ofSeconds(Math.max(0, Integer.parseInt(seconds)));
      return wanted.compareTo(most) < 0 ? wanted : most;
    } catch (NumberFormatException e) {
      return Duration.ZERO; // a preference that cannot be understood is ignored (RFC 7240, 2)
    }
  }
}
