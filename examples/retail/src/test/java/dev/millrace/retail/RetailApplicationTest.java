package dev.millrace.retail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Seams;
import dev.millrace.core.wiring.SystemSeams;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RetailApplicationTest {
  @TempDir Path folder;

  @Test
  void readModelsOfAnotherStoreAreRefused() {
    String database = "jdbc:h2:file:" + folder.resolve("readmodel");
    try (RetailApplication shop =
        RetailApplication.open(folder, "log:" + folder.resolve("first"), database)) {
      shop.importer().run(TestFiles.sample(), ImportListener.NONE);
    }

    assertThatThrownBy(
            () -> RetailApplication.open(folder, "log:" + folder.resolve("second"), database))
        .hasMessageContaining("checkpoint")
        .hasMessageContaining("of store")
        .hasMessageContaining("Open the store that it belongs to");

    try (RetailApplication shop =
        RetailApplication.open(folder, "log:" + folder.resolve("first"), database)) {
      assertThat(shop.report().orders()).isPositive();
    }
  }

  @Test
  void trafficFromOneSeedIsTheSameEachTime() {
    RetailReport first = afterTraffic(7);
    RetailReport second = afterTraffic(7);
    RetailReport other = afterTraffic(8);

    assertThat(first.orders()).isBetween(40L, 60L);
    assertThat(first.cancellations()).isPositive();
    assertThat(second).isEqualTo(first);
    assertThat(other).isNotEqualTo(first);
  }

  private RetailReport afterTraffic(long seed) {
    Seams fixed =
        new Seams(
            InstantSource.fixed(Instant.EPOCH),
            SystemSeams.shared().random(),
            SystemSeams.shared().scheduler());
    try (RetailApplication shop =
        RetailApplication.open(folder, "memory:", "jdbc:h2:mem:" + UUID.randomUUID())) {
      DemoTraffic traffic = new DemoTraffic(shop.millrace(), seed, fixed);
      traffic.run(0, () -> traffic.counters().orders() + traffic.counters().cancellations() < 60);
      shop.awaitLevel(Duration.ofMinutes(1));
      assertThat(shop.report().orders()).isEqualTo(traffic.counters().orders());
      return shop.report();
    }
  }
}
