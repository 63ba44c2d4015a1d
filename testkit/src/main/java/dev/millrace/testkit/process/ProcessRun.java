package dev.millrace.testkit.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One {@link AppendingProcess}, from its start to its end.
 *
 * @param load what it was to append
 * @param lines the whole lines that it wrote, without the full stop
 * @param exit its exit code, or that of the command before it; 137 and the like after a kill
 */
public record ProcessRun(AppendLoad load, List<String> lines, int exit) {

  /** Never kills. */
  public static final int UNDISTURBED = Integer.MAX_VALUE;

  private static final int MOST_SECONDS_TO_END = 30;

  /** Small, and it leaves nothing in the folder for temporary files. */
  private static final List<String> JVM =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx256m");

  /**
   * Starts a process and waits for its end.
   *
   * @param before a command that runs the JVM, such as one that traces it; empty: none
   * @param load what it appends
   * @param killAfter how many acknowledgements are read before it is killed with SIGKILL
   */
  public static ProcessRun of(List<String> before, AppendLoad load, int killAfter)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(AppendingProcess.class.getName());
    command.addAll(load.arguments());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> lines = new ArrayList<>();
    List<ProcessHandle> killed = new ArrayList<>();
    int acknowledged = 0;
    try (BufferedReader answers =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        if (line.endsWith(".")) { // a line that the kill cut has no end
          lines.add(line.substring(0, line.length() - 1));
          acknowledged += line.startsWith("ok ") ? 1 : 0;
        }
        if (acknowledged == killAfter) {
          kill(process, killed);
        }
      }
    } finally {
      kill(process, killed);
    }
    int exit = process.waitFor();
    for (ProcessHandle one : killed) {
      awaitEnd(one);
    }
    return new ProcessRun(load, List.copyOf(lines), exit);
  }

  /** The process and what it has started, which are there first; not the pipe. */
  private static void kill(Process process, List<ProcessHandle> killed) {
    List<ProcessHandle> descendants = process.descendants().toList();
    killed.addAll(descendants);
    descendants.forEach(ProcessHandle::destroyForcibly);
    process.toHandle().destroyForcibly();
  }

  /** The command before the JVM may be gone while that still holds its locks. */
  private static void awaitEnd(ProcessHandle killed) throws IOException, InterruptedException {
    try {
      ProcessHandle unused = killed.onExit().get(MOST_SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("process " + killed.pid() + " does not end", e);
    }
  }

  /** How many appends were acknowledged. */
  public long acknowledged() {
    return lines.stream().filter(line -> line.startsWith("ok ")).count();
  }

  /** Whether it was killed, or told of a failure. */
  public boolean disturbed() {
    return !lines.contains("closed") || lines.stream().anyMatch(line -> line.startsWith("failed"));
  }
}
