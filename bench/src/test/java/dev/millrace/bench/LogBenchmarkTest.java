package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.bench.LogBenchmark;
import dev.millrace.cli.bench.LogBenchmark.Part;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The measurement, as a script calls it, at a size whose figures mean nothing. */
final class LogBenchmarkTest {
  @TempDir Path folder;

  @Test
  void givesEveryFigureAndLeavesNothingBehind() throws Exception {
    JsonNode json =
        JsonMapper.shared()
            .readTree(run(0, "bench", "log", "--quick", "--json", "--tiny", "--in", "disk"));

    assertThat(json.get("command").asString()).startsWith("millrace bench log --quick --json");
    assertThat(json.get("machine").get("cores").asInt()).isPositive();
    for (String name :
        List.of("rawSyncsPerSecond", "rawAppendSyncsPerSecond", "diskBytesPerSecond")) {
      assertThat(json.get(name).asDouble()).as(name).isPositive();
    }
    assertThat(json.get("sustained").get("ratioToRaw").asDouble()).isPositive();
    for (String subject : List.of("append", "kafka", "postgresql")) {
      assertThat(json.get(subject).propertyNames()).contains("1", "16", "256");
      for (Map.Entry<String, JsonNode> rate : json.get(subject).properties()) {
        assertRate(subject + " " + rate.getKey(), rate.getValue());
      }
    }
    for (String batches : List.of("batch100", "kafkaBatch100", "postgresqlBatch100")) {
      assertRate(batches, json.get(batches));
    }
    assertThat(json.get("kafka").get("256").get("settings").propertyNames()).contains("linger.ms");
    assertThat(json.get("postgresql").get("256").get("settings").get("pool").asInt()).isPositive();
    assertThat(json.get("postgresqlSettings").get("synchronous_commit").asString()).isEqualTo("on");
    assertThat(json.get("postgresqlSettings").get("fsync").asString()).isEqualTo("on");
    for (String rate : List.of("10000", "50000")) {
      for (String store : List.of("millrace", "kafka")) {
        assertQuantiles(store + " at " + rate, json.get("delivery").get(rate).get(store), "");
      }
    }
    assertThat(json.get("replayRaw").asDouble()).isPositive();
    assertThat(json.get("replayTyped").asDouble()).isPositive();
    assertThat(json.get("entityReadMicros").get("p99").asDouble()).isPositive();
    assertThat(json.get("growth").propertyNames()).containsExactly("1000", "10000");
    json.get("growth").properties().forEach(store -> assertGrown(store.getKey(), store.getValue()));
    assertThat(json.get("failed")).isEmpty();
    assertThat(folder.resolve("disk")).isEmptyDirectory();
  }

  @Test
  void encryptionIsMeasuredWhenItIsAskedFor() throws Exception {
    JsonNode json =
        JsonMapper.shared()
            .readTree(
                run(0, "bench", "log", "--only", "encryption", "--json", "--tiny", "--in", "disk"));

    assertThat(json.get("encryption")).hasSize(8);
    for (Map.Entry<String, JsonNode> work : json.get("encryption").properties()) {
      assertThat(work.getValue()).as(work.getKey()).hasSize(2);
      work.getValue().forEach(rate -> assertThat(rate.asDouble()).isPositive());
    }
    assertThat(json.has("append")).isFalse();
  }

  @Test
  void refusesWhatTheDiskHasNoRoomFor() throws Exception {
    assertThat(run(1, "bench", "log", "--only", "growth", "--events", "1000000000"))
        .contains("not enough room", "free", "--events");
  }

  @Test
  void aPartThatFailsTakesNothingFromTheOthers() throws Exception {
    LogBenchmark.Result result =
        new LogMeasurement()
            .run(
                new LogBenchmark.Options(
                    folder,
                    LogBenchmark.Size.TINY,
                    OptionalLong.empty(),
                    100,
                    EnumSet.of(Part.APPEND, Part.GROWTH)),
                (work, count, share) -> {
                  if (work.contains("filling")) {
                    throw new IllegalStateException("a figure cannot be had");
                  }
                });

    assertThat(result.failed()).singleElement().asString().startsWith("growth: ");
    assertThat(result.json()).containsKey("append").doesNotContainKey("growth");
    assertThat(result.tables()).isNotEmpty();
  }

  private static void assertGrown(String name, JsonNode store) {
    for (String kind : List.of("append", "condition", "entityRead", "coldEntityRead", "rawRead")) {
      assertQuantiles(name, store, kind);
    }
    for (String figure :
        List.of(
            "openSeconds", "openColdSeconds", "heapBytes", "storeBytes", "fillEventsPerSecond")) {
      assertThat(store.get(figure).asDouble()).as(name + ": " + figure).isPositive();
    }
    assertThat(store.get("indexBytes").asDouble()).as(name).isNotNegative();
  }

  private static void assertQuantiles(String name, JsonNode figures, String kind) {
    double p50 = figures.get(kind.isEmpty() ? "p50Micros" : kind + "P50Micros").asDouble();
    double p99 = figures.get(kind.isEmpty() ? "p99Micros" : kind + "P99Micros").asDouble();
    assertThat(p50).as(name + " " + kind).isPositive();
    assertThat(p99).as(name + " " + kind).isGreaterThanOrEqualTo(p50);
  }

  private static void assertRate(String name, JsonNode rate) {
    assertThat(rate.get("eventsPerSecond").asDouble()).as(name).isPositive();
    assertQuantiles(name, rate, "");
    for (JsonNode latency : rate.get("openLoop")) {
      assertThat(latency.get("achievedPerSecond").asDouble()).as(name).isPositive();
    }
  }

  private String run(int expected, String... arguments) throws IOException, InterruptedException {
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
    String errors = Files.readString(err, StandardCharsets.UTF_8);
    assertThat(code).as(errors).isEqualTo(expected);
    return expected == 0 ? Files.readString(out, StandardCharsets.UTF_8) : errors;
  }
}
