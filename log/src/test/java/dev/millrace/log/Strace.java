package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The command before a JVM that makes one of its system calls go wrong, or counts them. */
final class Strace {
  private static final Pattern CALL = Pattern.compile("^(\\d+) +(\\w+)\\(");

  private Strace() {}

  /**
   * Fails when it is missing, or may not trace; on other systems than Linux, where there is none,
   * the test ends here and its report says so.
   */
  static void require() {
    assumeTrue(
        System.getProperty("os.name").equals("Linux"),
        "strace is only on Linux: kills at exact system calls are not tested here");
    assertThat(problem())
        .as(
            "strace, which makes exact system calls fail: install it, for example with 'apt-get"
                + " install strace' (./verify does, as root), and allow this user to trace its"
                + " processes (in a container, --cap-add=SYS_PTRACE)")
        .isEmpty();
  }

  /** Why it cannot trace; empty: it can. */
  private static String problem() {
    try {
      Process process =
          new ProcessBuilder("strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "true")
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      return exit == 0 ? "" : "it ended with " + exit + ": " + said;
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return e.toString();
    }
  }

  private static List<String> command(Path output, String calls, String... more) {
    List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "-e", "signal=none"));
    command.addAll(List.of("-o", output.toString(), "-e", "trace=" + calls));
    command.addAll(List.of(more));
    return command;
  }

  /** Writes a line for each of some calls. */
  static List<String> counting(Path output, List<String> calls) {
    return command(output, "?" + String.join(",?", calls));
  }

  /**
   * Makes the n-th call of a thread go wrong, for the first thread that comes so far.
   *
   * @param how as strace's {@code inject} has it: {@code signal=SIGKILL}, {@code error=EIO}
   */
  static List<String> injecting(String call, String how, int n) {
    return command(Path.of("/dev/null"), call, "-e", "inject=" + call + ":" + how + ":when=" + n);
  }

  /** How often the thread that makes a call most often makes it. */
  static Map<String, Integer> most(Path output) throws IOException {
    Map<String, Integer> byThread = new HashMap<>();
    Map<String, Integer> most = new TreeMap<>();
    for (String line : Files.readAllLines(output)) {
      Matcher matcher = CALL.matcher(line);
      if (matcher.find()) {
        String call = matcher.group(2);
        int count = byThread.merge(matcher.group(1) + call, 1, Integer::sum);
        most.merge(call, count, Math::max);
      }
    }
    assertThat(most).as("calls that strace saw").isNotEmpty();
    return most;
  }
}
