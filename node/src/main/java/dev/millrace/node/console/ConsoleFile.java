package dev.millrace.node.console;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A file of the console, as it is sent. */
final class ConsoleFile {
  private static final int ETAG_BYTES = 12;

  private final String path;
  private final byte[] plain;
  private final byte @Nullable [] packed;
  private final String etag;

  /**
   * A file.
   *
   * @param path below the root, without a slash at the beginning
   * @param plain the content
   * @param packed the content in gzip; null: it would hardly be smaller
   */
  ConsoleFile(String path, byte[] plain, byte @Nullable [] packed) {
    this.path = path;
    this.plain = plain;
    this.packed = packed;
    this.etag = etag(plain);
  }

  String path() {
    return path;
  }

  /** Names the content. */
  String etag() {
    return etag;
  }

  byte[] plain() {
    return plain;
  }

  byte @Nullable [] packed() {
    return packed;
  }

  String mediaType() {
    return mediaType(path);
  }

  private static String mediaType(String path) {
    return switch (path.substring(path.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "svg" -> "image/svg+xml";
      case "md" -> "text/markdown; charset=utf-8";
      default -> "application/octet-stream";
    };
  }

  private static String etag(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + HexFormat.of().formatHex(digest, 0, ETAG_BYTES) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Whether another content would have another name, as the bundler's files have. */
  boolean isNamedByContent() {
    return path.matches("assets/.+-[A-Za-z0-9_-]{8}\\.(js|css)");
  }
}
