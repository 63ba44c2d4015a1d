package dev.millrace.s3;

import dev.millrace.core.seam.DiskFile;
import dev.millrace.log.spi.Archive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Segments as objects of a bucket. Each is put with its CRC-32C, which the server checks; parts are
 * fetched by range. A request that takes longer than half a minute, all its attempts included,
 * fails; putting a segment may take ten minutes.
 */
final class S3Archive implements Archive {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PUT_PATIENCE = Duration.ofMinutes(10);

  private final S3Location location;
  private final S3Client client;

  private S3Archive(S3Location location, S3Client client) {
    this.location = location;
    this.client = client;
  }

  static S3Archive at(S3Location location) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT)
                    .socketTimeout(PATIENCE));
    location.region().map(Region::of).ifPresent(builder::region);
    location
        .endpoint()
        .ifPresent(endpoint -> builder.endpointOverride(endpoint).forcePathStyle(true));
    return new S3Archive(location, builder.build());
  }

  @Override
  public String location() {
    return location.text();
  }

  @Override
  public CompletableFuture<Void> put(String name, DiskFile file, int length) {
    try {
      client.putObject(
          request ->
              request
                  .bucket(location.bucket())
                  .key(key(name))
                  .checksumAlgorithm(ChecksumAlgorithm.CRC32_C)
                  .overrideConfiguration(limit -> limit.apiCallTimeout(PUT_PATIENCE)),
          RequestBody.fromContentProvider(
              () -> new FileStream(file, length), length, "application/octet-stream"));
      return CompletableFuture.completedFuture(null);
    } catch (SdkException e) {
      return CompletableFuture.failedFuture(failure("putting " + name, e));
    }
  }

  @Override
  public ByteBuffer get(String name, long offset, int length) throws IOException {
    try {
      ResponseBytes<GetObjectResponse> found =
          client.getObjectAsBytes(request ->
              request
                  .bucket(location.bucket())
                  .key(key(name))
                  .range("bytes=" + offset + "-" + (offset + length - 1))
                  .overrideConfiguration(limit -> limit.apiCallTimeout(PATIENCE)));
      return found.asByteBuffer();
    } catch (SdkException e) {
      throw failure("getting " + name, e);
    }
  }

  @Override
  public OptionalLong size(String name) throws IOException {
    try {
      return OptionalLong.of(
          client
              .headObject(request ->
                  request
                      .bucket(location.bucket())
                      .key(key(name))
                      .overrideConfiguration(limit -> limit.apiCallTimeout(PATIENCE)))
              .contentLength());
    } catch (NoSuchKeyException e) {
      return OptionalLong.empty();
    } catch (SdkException e) {
      throw failure("looking at " + name, e);
    }
  }

  private String key(String name) {
    return location.prefix() + name;
  }

  private static IOException failure(String what, SdkException e) {
    return new IOException(what + " failed: " + e.getMessage(), e);
  }

  /** The beginning of a file, to be read from the front. */
  private static final class FileStream extends InputStream {
    private static final int PIECE = 1 << 16;

    private final DiskFile file;
    private final int length;
    private int at;

    FileStream(DiskFile file, int length) {
      this.file = file;
      this.length = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int most) throws IOException {
      if (at == length) {
        return -1;
      }
      int count = Math.min(Math.min(most, PIECE), length - at);
      file.read(at, count).get(into, offset, count);
      at += count;
      return count;
    }
  }
}
