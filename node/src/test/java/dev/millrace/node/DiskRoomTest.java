package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Tracing;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogOptions;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A disk that gets full shows, before commands are refused and when they are. */
final class DiskRoomTest {
  private static final int CAPACITY = 1_000_000;

  private final SimDisk disk = SimDisk.empty(DiskSettings.PLAIN.capacityBytes(CAPACITY));
  private RunningBank bank;

  @BeforeEach
  void open() throws IOException {
    LogOptions options =
        LogOptions.DEFAULT.withSegmentBytes(8192).withPrepareBytes(4096).withReserveBytes(20_000);
    bank =
        RunningBank.over(
            LogEventStore.open(disk.folder("log"), SystemSeams.shared(), options),
            RunningBank.LIMITS,
            Tracing.NONE);
  }

  @AfterEach
  void close() {
    bank.close();
  }

  private void fillTo(int percent) throws IOException {
    disk.delete("others");
    DiskFile file = disk.create("others");
    int missing = (int) disk.usableBytes() - CAPACITY / 100 * (100 - percent);
    CompletableFuture<Void> written = new CompletableFuture<>();
    file.write(0, ByteBuffer.wrap(new byte[missing]), failed -> written.complete(null));
    written.join();
  }

  @Test
  void aDiskThatIsNearlyFullIsAWarningAndAFullOneTakesTheNodeOutOfService() throws IOException {
    fillTo(96);
    HttpResponse<String> low = bank.get("/health/ready");
    assertThat(low.body())
        .contains("\"warnings\":[\"the disk of the store of context 'bank' is 96%");
    assertThat(bank.get("/metrics").body())
        .contains("millrace_store_disk_state{context=\"bank\",state=\"low\"} 1.0");
    assertThat(bank.getJson("/api/overview").at("/stores/bank/disk/state").asString())
        .isEqualTo("low");
    assertThat(bank.getJson("/api/overview").at("/stores/bank/disk/usedPercent").asInt())
        .isEqualTo(96);

    fillTo(99);
    HttpResponse<String> full = bank.get("/health/ready");
    assertThat(full.statusCode()).isEqualTo(503);
    assertThat(full.body()).contains("commands are refused until there is room again");
    HttpResponse<String> refused = refused();
    assertThat(refused.body()).contains("make room");
    assertThat(bank.get("/api/contexts/bank/events").statusCode()).isEqualTo(200);
    assertThat(bank.get("/metrics").body())
        .containsPattern("millrace_store_refused_total\\{.*reason=\"disk-full\"} [1-9]");

    fillTo(50);
    assertThat(bank.get("/health/ready").body()).contains("\"reasons\":[],\"warnings\":[]");
    bank.deposit("a-1", 1);
  }

  /** Deposits until the room that was prepared is used. */
  private HttpResponse<String> refused() {
    for (int i = 0; i < 200; i++) {
      HttpResponse<String> answer = bank.command("deposit", "{\"account\":\"a-1\",\"cents\":1}");
      if (answer.statusCode() != 200) {
        return answer;
      }
    }
    throw new AssertionError("nothing was refused");
  }
}
