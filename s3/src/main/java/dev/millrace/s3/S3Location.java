package dev.millrace.s3;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where an archive is: {@code s3://bucket/prefix?region=eu-central-1&endpoint=http://host:9000}.
 * Region and endpoint may be left out; then they, as the credentials always, come from where AWS's
 * own tools take them. With an endpoint, the bucket is part of the path, as other servers want it.
 *
 * @param text as it was given
 * @param bucket its name
 * @param prefix of the names in the bucket: empty, or with a slash at the end
 * @param region empty: from the environment
 * @param endpoint empty: AWS's own
 */
record S3Location(
    String text, String bucket, String prefix, Optional<String> region, Optional<URI> endpoint) {
  static final String SCHEME = "s3";

  static S3Location parse(String text) {
    String start = SCHEME + "://";
    int question = text.indexOf('?');
    String path = question < 0 ? text : text.substring(0, question);
    int slash = path.indexOf('/', start.length());
    String bucket = path.startsWith(start) ? path.substring(start.length(), end(path, slash)) : "";
    if (bucket.isEmpty()) {
      throw new IllegalArgumentException(
          "an archive in S3 is written s3://bucket/prefix, not '" + text + "'");
    }
    String prefix = slash < 0 ? "" : path.substring(slash + 1);
    Map<String, String> options = options(question < 0 ? "" : text.substring(question + 1));
    S3Location location =
        new S3Location(
            text,
            bucket,
            prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/",
            Optional.ofNullable(options.remove("region")),
            Optional.ofNullable(options.remove("endpoint")).map(URI::create));
    if (!options.isEmpty()) {
      throw new IllegalArgumentException(
          "unknown options of an archive in S3: "
              + options.keySet()
              + "; there are endpoint and region");
    }
    return location;
  }

  private static int end(String path, int slash) {
    return slash < 0 ? path.length() : slash;
  }

  private static Map<String, String> options(String query) {
    Map<String, String> options = new TreeMap<>();
    for (String pair : query.split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        options.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return options;
  }
}
