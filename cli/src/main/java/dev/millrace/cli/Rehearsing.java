package dev.millrace.cli;

import dev.millrace.cli.config.Nearest;
import dev.millrace.cli.json.DifferenceJson;
import dev.millrace.cli.json.Json;
import dev.millrace.core.rehearsal.Difference;
import dev.millrace.core.rehearsal.RehearsalListener;
import dev.millrace.core.rehearsal.RehearsalProgress;
import dev.millrace.core.rehearsal.RehearsalReport;
import dev.millrace.core.store.EventStore;
import dev.millrace.retail.RetailRehearsal;
import dev.millrace.retail.RuleChange;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The work of {@code replay --rehearse}. */
final class Rehearsing {
  /** Most differences of each kind that are printed. */
  private static final int LISTED = 20;

  private final Invocation invocation;
  private final RuleChange change;
  private final @Nullable String file;

  /** The names of the changes, for help and completion. */
  static final class Changes implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return names().iterator();
    }

    static List<String> names() {
      return Arrays.stream(RuleChange.values()).map(RuleChange::label).toList();
    }
  }

  Rehearsing(Invocation invocation, RuleChange change, @Nullable String file) {
    this.invocation = invocation;
    this.change = change;
    this.file = file;
  }

  /** The change of a name; null: none. */
  static RuleChange changeNamed(@Nullable String name) {
    if (name == null) {
      return RuleChange.NONE;
    }
    for (RuleChange change : RuleChange.values()) {
      if (change.label().equals(name)) {
        return change;
      }
    }
    String nearest = Nearest.to(name, Changes.names());
    throw new UsageException(
        "--change: there is no '"
            + name
            + "'; "
            + (nearest == null
                ? "there are " + String.join(", ", Changes.names())
                : "did you mean '" + nearest + "'?"));
  }

  /** Runs, prints, and returns the exit code. */
  int run(boolean json) throws IOException {
    StoreFolder.require(invocation);
    RehearsalReport report = file == null ? run(difference -> {}) : toFile(invocation.path(file));
    if (!report.isWhole()) {
      throw new FailureException(
          "stopped at position "
              + report.position()
              + " of "
              + report.head()
              + "; nothing changed");
    }
    if (json) {
      invocation.out().line(Json.line(DifferenceJson.of(report, change.label(), file)));
    } else {
      new RehearsalPrinter(invocation, report, change).print();
    }
    return report.isSame() ? ExitCode.OK : ExitCode.FAILURE;
  }

  /** Takes every difference. */
  private interface Found {
    void take(Difference difference);
  }

  private RehearsalReport run(Found found) throws IOException {
    try (EventStore store = StoreFolder.open(invocation);
        Progress progress = new Progress(invocation, "events", System::nanoTime)) {
      return RetailRehearsal.run(store, change, LISTED, listener(progress, found));
    }
  }

  /** Under another name until it is whole, so that half a report is not taken for one. */
  private RehearsalReport toFile(Path path) throws IOException {
    if (Files.exists(path)) {
      throw new FailureException(
          path + " is there already; name a new file, so that nothing is overwritten");
    }
    Path unfinished = path.resolveSibling(path.getFileName() + ".unfinished");
    RehearsalReport report;
    try (BufferedWriter writer = Files.newBufferedWriter(unfinished)) {
      report =
          run(difference -> {
            try {
              writer.write(Json.line(DifferenceJson.of(difference)));
              writer.write('\n');
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (report.isWhole()) {
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.delete(unfinished);
    }
    return report;
  }

  private RehearsalListener listener(Progress progress, Found found) {
    return new RehearsalListener() {
      @Override
      public void at(RehearsalProgress at) {
        if (at.work() == RehearsalProgress.Work.REHEARSING) {
          double share = (double) at.done() / Math.max(1, at.total());
          progress.at("rehearsing", at.done(), OptionalDouble.of(share));
        }
      }

      @Override
      public void found(Difference difference) {
        found.take(difference);
      }

      @Override
      public boolean goesOn() {
        return !invocation.stop().requested();
      }
    };
  }
}
