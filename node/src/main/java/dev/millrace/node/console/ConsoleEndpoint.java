package dev.millrace.node.console;

import dev.millrace.node.http.Problem;
import dev.millrace.node.http.Routes;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Serves the console. All files are read once, before the first request: nothing of a request ever
 * becomes a path. Without the console's jar on the class path there are no routes.
 */
public final class ConsoleEndpoint {
  private static final String ROOT = "/dev/millrace/console/";
  private static final String INDEX = "index.html";
  private static final String PACKED = ".gz";

  /** The page loads its own files and talks to its own node; nobody shows it in a frame. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final Map<String, ConsoleFile> files;

  public ConsoleEndpoint() {
    this(load(ROOT));
  }

  private ConsoleEndpoint(Map<String, ConsoleFile> files) {
    this.files = files;
  }

  /** The files under a folder of the class path, which names them in {@code files.txt}. */
  static Map<String, ConsoleFile> load(String root) {
    byte[] names = read(root + "files.txt");
    if (names == null) {
      return Map.of();
    }
    List<String> all = new String(names, StandardCharsets.UTF_8).lines().toList();
    return all.stream()
        .filter(name -> !name.endsWith(PACKED))
        .map(name ->
            new ConsoleFile(
                name,
                present(root + name),
                all.contains(name + PACKED) ? present(root + name + PACKED) : null))
        .collect(Collectors.toUnmodifiableMap(ConsoleFile::path, Function.identity()));
  }

  private static byte[] present(String resource) {
    byte[] content = read(resource);
    if (content == null) {
      throw new IllegalStateException("the console was packed without " + resource);
    }
    return content;
  }

  private static byte @Nullable [] read(String resource) {
    try (InputStream in = ConsoleEndpoint.class.getResourceAsStream(resource)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Registers its routes, which are pages and no part of the API's description. */
  public void register(Routes routes) {
    ConsoleFile index = files.get(INDEX);
    if (index != null) {
      routes
          .page("/", (request, response) -> send(index, request, response))
          .page("/assets/{file}", this::asset);
    }
  }

  private void asset(ServerRequest request, ServerResponse response) {
    ConsoleFile file = files.get("assets/" + request.path().pathParameters().get("file"));
    if (file == null) {
      throw Problem.notFound(
              "the console has no such file; a page of an older build asks for it: load it again")
          .exception();
    }
    send(file, request, response);
  }

  private static void send(ConsoleFile file, ServerRequest request, ServerResponse response) {
    response.header("Content-Security-Policy", POLICY);
    response.header("X-Content-Type-Options", "nosniff");
    response.header("X-Frame-Options", "DENY");
    response.header("Referrer-Policy", "no-referrer");
    response.header("Cross-Origin-Resource-Policy", "same-origin");
    response.header(
        HeaderNames.CACHE_CONTROL,
        file.isNamedByContent() ? "public, max-age=31536000, immutable" : "no-cache");
    response.header(HeaderNames.ETAG, file.etag());
    response.header(HeaderNames.VARY, "Accept-Encoding");
    if (has(request, "If-None-Match", file.etag())) {
      response.status(Status.NOT_MODIFIED_304).send();
      return;
    }
    response.header(HeaderNames.CONTENT_TYPE, file.mediaType());
    byte[] packed = file.packed();
    if (packed != null && has(request, "Accept-Encoding", "gzip")) {
      response.header(HeaderNames.CONTENT_ENCODING, "gzip");
      response.send(packed);
    } else {
      response.send(file.plain());
    }
  }

  /** Whether a list in a header has a value; with a weight of 0 it has not. */
  private static boolean has(ServerRequest request, String header, String wanted) {
    for (String line : request.headers().values(HeaderNames.create(header))) {
      for (String element : line.split(",", -1)) {
        String[] parts = element.strip().split("\\s*;\\s*", 2);
        String value = parts[0].startsWith("W/") ? parts[0].substring(2) : parts[0];
        if (value.equals(wanted) && !(parts.length == 2 && parts[1].matches("q=0(\\.0*)?"))) {
          return true;
        }
      }
    }
    return false;
  }
}
