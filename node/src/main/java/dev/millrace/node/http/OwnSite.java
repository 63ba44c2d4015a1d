package dev.millrace.node.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages of other sites from using the node through a browser that can reach it.
 *
 * <ul>
 *   <li>A page whose own name was made to lead to this machine (DNS rebinding) sends that name as
 *       the host. So the host must be an address, {@code localhost}, or a name that the node was
 *       given: none of these can be taken over by another site.
 *   <li>A page elsewhere that sends a form or a request here says so: what changes something must
 *       come from this origin, or from something that is no browser. The rules are those of Go's
 *       {@code http.CrossOriginProtection}.
 * </ul>
 *
 * Reading is left to the browser, which shows no answer to another origin unless it is told to.
 */
public final class OwnSite implements Filter {
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]+]");
  private static final String LOCALHOST = "localhost";

  private final Set<String> names;

  /**
   * Makes the filter.
   *
   * @param names further names by which the node is reached
   */
  public OwnSite(Set<String> names) {
    this.names =
        names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    String host = request.headers().first(HeaderNames.HOST).orElse("");
    if (!isOurs(host)) {
      throw Problem.of(
              421,
              "unknown-host",
              "The node does not answer to this name",
              "'"
                  + host
                  + "' is not an address, localhost, or a name that the node was given; use one of"
                  + " these, or name it where the node is configured")
          .exception();
    }
    if (!SAFE_METHODS.contains(request.prologue().method().text()) && isCrossSite(request, host)) {
      throw Problem.of(
              403,
              "cross-site",
              "The request comes from a page of another site",
              "what changes something is taken from the node's own pages, and from programs that"
                  + " are no browsers")
          .exception();
    }
    chain.proceed();
  }

  /** Whether it is an address, local, or one of the names; the port does not matter. */
  public boolean isOurs(String host) {
    String name = withoutPort(host.toLowerCase(Locale.ROOT));
    return IPV4.matcher(name).matches()
        || IPV6.matcher(name).matches()
        || name.equals(LOCALHOST)
        || name.endsWith("." + LOCALHOST)
        || names.contains(name);
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }

  private static boolean isCrossSite(RoutingRequest request, String host) {
    Optional<String> site = request.headers().first(HeaderNames.create("Sec-Fetch-Site"));
    if (site.isPresent()) {
      return !Set.of("same-origin", "none").contains(site.get());
    }
    Optional<String> origin = request.headers().first(HeaderNames.ORIGIN);
    return origin.isPresent() && !host.equalsIgnoreCase(authority(origin.get()));
  }

  private static @Nullable String authority(String origin) {
    try {
      return new URI(origin).getRawAuthority();
    } catch (URISyntaxException e) {
      return null; // no browser writes it so
    }
  }
}
