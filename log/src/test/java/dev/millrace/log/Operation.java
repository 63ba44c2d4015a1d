package dev.millrace.log;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Something that is done to a store in the workloads of {@link OperationsTest}. One more is one
 * line in {@link #ALL}.
 *
 * @param name in what is reported
 * @param reopens whether the store is closed and opened on the way
 * @param step does it
 */
record Operation(String name, boolean reopens, Step step) {
  /** Everything that is done; each in each place of a workload. */
  static final List<Operation> ALL =
      List.of(
          running("append", run -> run.append(20)),
          running("append several pages", run -> run.append(300, 2_500, 0)),
          running("append on a condition", OperationRun::appendOnACondition),
          running("append again", OperationRun::appendAgain),
          running("append two at once", OperationRun::appendTwo),
          running("roll", run -> run.append(5_000)),
          running("seal", run -> run.simulation().scheduler().runUntilIdle()),
          running("be idle", run -> run.simulation().scheduler().runFor(Duration.ofSeconds(1))),
          running("save a snapshot", OperationRun::saveSnapshot),
          running("back up", OperationRun::backUp),
          running("archive", OperationRun::archive),
          running("fetch back from the archive", OperationRun::fetchBack),
          reopening("open again", OperationRun::openAgain));

  /** What is also done to a store that is encrypted. */
  static final List<Operation> ENCRYPTED;

  static {
    List<Operation> all = new ArrayList<>(ALL);
    all.add(reopening("change the key", OperationRun::changeKey));
    ENCRYPTED = List.copyOf(all);
  }

  /** Does it. */
  @FunctionalInterface
  interface Step {
    void run(OperationRun run) throws IOException;
  }

  private static Operation running(String name, Step step) {
    return new Operation(name, false, step);
  }

  private static Operation reopening(String name, Step step) {
    return new Operation(name, true, step);
  }

  @Override
  public String toString() {
    return name;
  }
}
