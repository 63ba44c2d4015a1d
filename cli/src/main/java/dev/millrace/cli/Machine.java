package dev.millrace.cli;

import dev.millrace.cli.terminal.Numbers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a measurement was made on; a figure without it means nothing.
 *
 * @param processor its name
 * @param cores how many of them this process may use
 * @param memoryBytes how much the machine has
 * @param system operating system and version
 * @param java the JVM and its version
 * @param fileSystem kind of the file system that was measured
 */
record Machine(
    String processor, int cores, long memoryBytes, String system, String java, String fileSystem) {

  /** This machine, with the file system of a folder. */
  static Machine of(Path folder) throws IOException {
    long memory =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean bean
            ? bean.getTotalMemorySize()
            : 0;
    return new Machine(
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        memory,
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"),
        Files.getFileStore(folder).type());
  }

  private static String processorName() throws IOException {
    Path cpus = Path.of("/proc/cpuinfo");
    if (!Files.exists(cpus)) {
      return "unknown processor";
    }
    try (Stream<String> lines = Files.lines(cpus)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown processor");
    }
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("processor", processor);
    json.put("cores", cores);
    json.put("memoryBytes", memoryBytes);
    json.put("system", system);
    json.put("java", java);
    json.put("fileSystem", fileSystem);
    return json;
  }

  @Override
  public String toString() {
    return processor
        + ", "
        + Numbers.count(cores, "core", "cores")
        + ", "
        + Numbers.bytes(memoryBytes)
        + ", "
        + system
        + ", "
        + java
        + ", "
        + fileSystem;
  }
}
