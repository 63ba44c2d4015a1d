package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.ArchivePolicy;
import dev.millrace.log.LogArchival;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogOptions;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Moves old segments of a store to an archive. */
@Command(
    name = "archive",
    description = {
      "Move old segments to a folder, or to S3-compatible storage.",
      "What is archived is still in the store, and is read from there when somebody wants it;"
          + " nothing is deleted. Each copy is read back and compared before the segment leaves"
          + " the disk. Stop whoever has the store open first; an application that runs does the"
          + " same by itself with archive=… in its store's URL."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace log archive --to /mnt/old/shop --older-than 30d",
      "  millrace log archive --to s3://bucket/shop --keep-bytes 10000000000"
    })
final class LogArchiveCommand implements Action {
  private static final Pattern AGE = Pattern.compile("(\\d{1,6})([smhd])");

  @Option(
      names = "--to",
      paramLabel = "PLACE",
      required = true,
      description = "A folder, or s3://bucket/prefix.")
  String to = "";

  @Option(
      names = "--older-than",
      paramLabel = "AGE",
      description = "Segments all of whose events are older, as in 30d or 12h.")
  String olderThan = "";

  @Option(
      names = "--keep-bytes",
      paramLabel = "N",
      description = "All but the newest segments, as long as they have no more bytes together.")
  long keepBytes = -1;

  @Option(names = "--json", description = "The result as one JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    ArchivePolicy policy = policy(invocation);
    return LogWork.run(invocation, json, () -> archive(invocation, policy));
  }

  private ArchivePolicy policy(Invocation invocation) {
    if (olderThan.isEmpty() && keepBytes < 0) {
      throw new UsageException(
          "say which segments: --older-than 30d, or --keep-bytes 10000000000, or both");
    }
    boolean elsewhere = to.contains("://");
    return new ArchivePolicy(
        elsewhere ? to : invocation.path(to).toAbsolutePath().toString(),
        olderThan.isEmpty() ? null : age(olderThan),
        keepBytes < 0 ? Long.MAX_VALUE : keepBytes);
  }

  private static Duration age(String text) {
    Matcher matcher = AGE.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException("an age is written 30d, 12h, 10m or 60s, not '" + text + "'");
    }
    return Duration.parse(
        (matcher.group(2).equals("d") ? "P" : "PT") + matcher.group(1) + matcher.group(2));
  }

  private int archive(Invocation invocation, ArchivePolicy policy) throws IOException {
    Path folder = StoreFolder.require(invocation);
    LogArchival archival;
    try (LogEventStore store =
            LogEventStore.open(
                RealDisk.at(folder),
                SystemSeams.shared(),
                LogOptions.DEFAULT,
                StoreKey.encryption(invocation));
        Progress progress = new Progress(invocation, "MiB", System::nanoTime)) {
      archival =
          ArchivalText.join(
              store.archive(policy, LogWork.progress(progress, "archiving", invocation.stop())));
    }
    ArchivalText.print(invocation, archival, json, "moved to " + to);
    return ExitCode.OK;
  }
}
