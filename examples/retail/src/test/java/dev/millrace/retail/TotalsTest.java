package dev.millrace.retail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.retail.readmodel.ReadModels;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All five read models against sums computed straight from the files. */
final class TotalsTest {
  @TempDir Path folder;

  @Test
  void theReadModelsOfTheSampleSayWhatTheFilesSay() throws Exception {
    try (RetailApplication shop =
        RetailApplication.open(folder, "memory:", "jdbc:h2:mem:" + UUID.randomUUID())) {
      check(shop, TestFiles.sample());
    }
  }

  @Test
  void theReadModelsOfTheRealDataSayWhatTheFilesSay() throws Exception {
    List<Path> files = TestFiles.real().orElse(List.of());
    if (files.isEmpty()) {
      return; // said in the output
    }
    try (RetailApplication shop = RetailApplication.open(folder)) {
      check(shop, files);
    }
    try (RetailApplication reopened = RetailApplication.open(folder)) {
      ImportResult again = reopened.importer().run(files, ImportListener.NONE);
      assertThat(again.events()).as("events of the second import").isZero();
      Tables.mustEqual(reopened, TotalsFromFiles.of(files));
    }
  }

  private static void check(RetailApplication shop, List<Path> files) throws Exception {
    TotalsFromFiles expected = TotalsFromFiles.of(files);

    ImportResult result = shop.importer().run(files, ImportListener.NONE);
    System.out.printf(
        "imported %,d rows as %,d events in %.1f s: %,.0f events/s%n",
        result.rows(), result.events(), result.seconds(), result.eventsPerSecond());

    assertThat(result.rows()).isEqualTo(expected.rows);
    assertThat(result.rejectedByReason()).isEqualTo(expected.rejected);
    assertThat(TestFiles.rows(result.rejectedRows())).hasSize((int) result.rejected());
    Tables.mustEqual(shop, expected);
    stockHasBeenFilledUp(shop);

    var before = Tables.all(shop);
    RetailApplication.Replayed replayed = shop.replay(processors -> {});
    System.out.printf(
        "replayed %,d events into %d read models in %.1f s: %,.0f events/s%n",
        replayed.events(), ReadModels.ALL.size(), replayed.seconds(), replayed.eventsPerSecond());
    Tables.mustEqual(Tables.all(shop), before);
  }

  /** All that was ordered has come in, and no product is below the smallest reorder point. */
  private static void stockHasBeenFilledUp(RetailApplication shop) {
    List<String> wrong =
        shop.readModel()
            .read(transaction ->
                transaction.query(
                    "SELECT code FROM product WHERE ordered <> restocked OR ordered > 0 AND"
                        + " adjusted + cancelled + restocked - sold - given < 20",
                    row -> row.getString(1)));
    assertThat(wrong).isEmpty();
  }
}
