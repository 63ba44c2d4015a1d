package dev.millrace.s3;

import dev.millrace.log.spi.Archive;
import dev.millrace.log.spi.ArchiveProvider;

/** Opens {@code s3://bucket/prefix}; see {@link S3Location} for what may follow. */
public final class S3ArchiveProvider implements ArchiveProvider {
  @Override
  public String scheme() {
    return S3Location.SCHEME;
  }

  @Override
  public Archive open(String location) {
    return S3Archive.at(S3Location.parse(location));
  }
}
