package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.TagValue;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MetricsTest {
  @TempDir Path folder;
  private RunningBank bank;

  @BeforeEach
  void open() {
    bank = RunningBank.open(folder);
  }

  @AfterEach
  void close() {
    bank.close();
  }

  private String metrics() {
    HttpResponse<String> metrics = bank.get("/metrics");
    assertThat(metrics.statusCode()).as(metrics.body()).isEqualTo(200);
    return metrics.body();
  }

  /** One processor is paused, and the other cannot read what comes next: a dead letter. */
  private void leaveProcessorsBehind() {
    bank.millrace.processor("turnover").pause();
    awaitMetric(
        "millrace_processor_state{context=\"bank\",processor=\"turnover\",state=\"paused\"} 1.0");
    NewEvent unreadable =
        new NewEvent(
            "deposited", 1, List.of(new TagValue("account", "a-1")), Bytes.utf8("no such thing"));
    bank.millrace.store("bank").append(Append.of(UUID.randomUUID(), List.of(unreadable))).join();
    awaitMetric("millrace_processor_dead_letters{context=\"bank\",processor=\"gratitude\"} 1.0");
  }

  private void awaitMetric(String line) {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
    while (!metrics().contains(line)) {
      assertThat(Instant.now()).as(line).isBefore(deadline);
    }
  }

  @Test
  void metricsTellCommandsStoresAndProcessors() {
    bank.deposit("a-1", 300);
    bank.command("withdraw", "{\"account\":\"a-1\",\"cents\":1000}");
    awaitMetric("millrace_processor_position{context=\"bank\",processor=\"turnover\"} 1.0");
    leaveProcessorsBehind();

    HttpResponse<String> metrics = bank.get("/metrics");

    assertThat(metrics.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
    assertThat(metrics.body())
        .contains(
            "millrace_commands_total{command=\"deposit\",context=\"bank\",status=\"200\"} 1.0")
        .contains(
            "millrace_commands_total{command=\"withdraw\",context=\"bank\",status=\"422\"} 1.0")
        .contains("millrace_command_seconds_bucket{command=\"deposit\",context=\"bank\",le=")
        .contains("millrace_in_flight{kind=\"commands\"} 0.0")
        .contains("millrace_in_flight_limit{kind=\"tails\"} 2000.0")
        .contains("millrace_refused_total{kind=\"queries\"} 0.0")
        .contains("millrace_store_head_total{context=\"bank\"} 2.0")
        .containsPattern("millrace_store_size_bytes\\{context=\"bank\"} [1-9]")
        .contains("millrace_store_segments{context=\"bank\"} 1.0")
        .contains("millrace_store_group_events_bucket{context=\"bank\",le=\"1.0\"} 2")
        .contains("millrace_store_group_events_sum{context=\"bank\"} 2.0")
        .contains("millrace_store_group_size_bytes_bucket{context=\"bank\",le=\"128.0\"} 0")
        .contains("millrace_store_sync_seconds_count{context=\"bank\"} 2")
        .contains("millrace_store_queue_appends{context=\"bank\"} 0.0")
        .contains("millrace_store_queue_appends_limit{context=\"bank\"} 65536.0")
        .contains("millrace_store_refused_total{context=\"bank\",reason=\"overload\"} 0.0")
        .contains("millrace_store_conflicts_total{context=\"bank\"} 0.0")
        .containsPattern("millrace_store_disk_usable_bytes\\{context=\"bank\"} [1-9]")
        .containsPattern("millrace_store_disk_size_bytes\\{context=\"bank\"} [1-9]")
        .contains("millrace_store_disk_state{context=\"bank\",state=\"full\"} ")
        .contains("millrace_states_total{context=\"bank\",from=\"cache\"} 0.0")
        .contains("millrace_states_total{context=\"bank\",from=\"events\"} 1.0")
        .contains("millrace_processor_lag_events{context=\"bank\",processor=\"turnover\"} 1.0")
        .contains("millrace_processor_lag_seconds{context=\"bank\",processor=\"turnover\"} ")
        .contains(
            "millrace_processor_handled_events_total{context=\"bank\",processor=\"turnover\"} 1.0")
        .contains("millrace_processor_failures_total{context=\"bank\",processor=\"gratitude\"} 1.0")
        .contains("jvm_memory_used_bytes{area=\"heap\"}")
        .contains("jvm_gc_collection_seconds_count")
        .contains("jvm_threads_current")
        .contains("process_start_time_seconds");
  }

  @Test
  void conflictsAreCountedByTheTagsOfTheirConditions() {
    for (int i = 0; i < 3; i++) {
      bank.deposit("a-1", 300);
      AppendCondition stale = new AppendCondition(Query.tags(new TagValue("account", "a-1")), 0);
      NewEvent event = new NewEvent("deposited", 1, List.of(), Bytes.utf8("{}"));
      Append append = Append.of(UUID.randomUUID(), List.of(event)).onlyIf(stale);
      assertThat(bank.millrace.store("bank").append(append).join()).isInstanceOf(Conflict.class);
    }

    assertThat(metrics())
        .contains("millrace_store_conflicts_total{context=\"bank\"} 3.0")
        .contains("millrace_store_hot_tag_conflicts{context=\"bank\",tag=\"account:a-1\"} 3.0");
  }

  @Test
  void promtoolHasNothingToSayAgainstThem() throws Exception {
    bank.deposit("a-1", 300);
    bank.command("withdraw", "{\"account\":\"a-1\",\"cents\":1000}");
    leaveProcessorsBehind();

    Process promtool;
    try {
      promtool =
          new ProcessBuilder("promtool", "check", "metrics").redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new AssertionError(
          "promtool is missing; it comes with Prometheus: 'apt-get install prometheus' or"
              + " 'brew install prometheus'; ./verify does it where it can",
          e);
    }
    try (OutputStream in = promtool.getOutputStream()) {
      in.write(metrics().getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(said).isEmpty();
    assertThat(promtool.waitFor()).isZero();
  }

  @Test
  void aStoreThatIsClosedDoesNotHideTheOtherMetrics() {
    bank.deposit("a-1", 300);
    bank.millrace.store("bank").close();

    assertThat(metrics())
        .contains("millrace_commands_total")
        .contains("jvm_threads_current")
        .doesNotContain("millrace_store_head_total{");
  }
}
