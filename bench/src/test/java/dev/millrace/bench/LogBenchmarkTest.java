package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The measurement, as a script calls it, at a size whose figures mean nothing. */
final class LogBenchmarkTest {
  @TempDir Path folder;

  @Test
  void givesEveryFigureAndLeavesNothingBehind() throws Exception {
    JsonNode json = run("bench", "log", "--quick", "--json", "--tiny", "--in", "disk");

    assertThat(json.get("command").asString()).startsWith("millrace bench log --quick --json");
    assertThat(json.get("machine").get("cores").asInt()).isPositive();
    for (String name :
        List.of("rawSyncsPerSecond", "rawAppendSyncsPerSecond", "diskBytesPerSecond")) {
      assertThat(json.get(name).asDouble()).as(name).isPositive();
    }
    assertThat(json.get("sustained").get("ratioToRaw").asDouble()).isPositive();
    for (String subject : List.of("append")) {
      assertThat(json.get(subject).propertyNames()).contains("1", "16", "256");
      for (Map.Entry<String, JsonNode> rate : json.get(subject).properties()) {
        assertRate(subject + " " + rate.getKey(), rate.getValue());
      }
    }
    assertRate("batch100", json.get("batch100"));
    assertThat(json.get("replayRaw").asDouble()).isPositive();
    assertThat(json.get("replayTyped").asDouble()).isPositive();
    assertThat(folder.resolve("disk")).isEmptyDirectory();
  }

  private static void assertRate(String name, JsonNode rate) {
    assertThat(rate.get("eventsPerSecond").asDouble()).as(name).isPositive();
    assertThat(rate.get("p50Micros").asDouble()).as(name).isPositive();
    assertThat(rate.get("p99Micros").asDouble())
        .as(name)
        .isGreaterThanOrEqualTo(rate.get("p50Micros").asDouble());
    for (JsonNode latency : rate.get("openLoop")) {
      assertThat(latency.get("achievedPerSecond").asDouble()).as(name).isPositive();
    }
  }

  private JsonNode run(String... arguments) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("dev.millrace.cli.Main");
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(Redirect.to(out.toFile()))
            .redirectError(Redirect.to(err.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
    int code = builder.start().waitFor();
    assertThat(code).as(Files.readString(err, StandardCharsets.UTF_8)).isZero();
    return JsonMapper.shared().readTree(Files.readString(out, StandardCharsets.UTF_8));
  }
}
