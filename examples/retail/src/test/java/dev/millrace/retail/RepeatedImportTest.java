package dev.millrace.retail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is imported again, in which parts and after which end: the totals are those of once. */
final class RepeatedImportTest {
  private final List<Path> sample = TestFiles.sample();

  @TempDir Path folder;
  private Map<String, Map<String, Map<String, String>>> once = Map.of();
  private Map<String, Map<String, Map<String, String>>> onceWithoutOrders = Map.of();

  @BeforeEach
  void importOnce() {
    try (RetailApplication shop = inMemory()) {
      shop.importer().run(sample, ImportListener.NONE);
      once = Tables.all(shop);
      onceWithoutOrders = Tables.without(shop, Tables.DEPEND_ON_ARRIVAL);
    }
  }

  private RetailApplication inMemory() {
    return RetailApplication.open(
        folder.resolve("memory"), "memory:", "jdbc:h2:mem:" + UUID.randomUUID());
  }

  @Test
  void theSameFilesAddNothing() {
    try (RetailApplication shop = inMemory()) {
      ImportResult first = shop.importer().run(sample, ImportListener.NONE);
      ImportResult second = shop.importer().run(sample, ImportListener.NONE);

      assertThat(second.events()).isZero();
      assertThat(second.repeated()).isEqualTo(second.commands()).isEqualTo(first.commands());
      assertThat(second.accepted()).isEqualTo(first.accepted());
      assertThat(second.rejectedByReason()).isEqualTo(first.rejectedByReason());
      Tables.mustEqual(Tables.all(shop), once);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 40, 60, 75, 80})
  void anImportThatWasStoppedGoesOn(int commands) {
    try (RetailApplication shop = RetailApplication.open(folder)) {
      assertThatThrownBy(() -> shop.importer().run(sample, stoppedAfter(commands)))
          .isInstanceOf(ImportStoppedException.class)
          .hasMessageContaining("run it again");
    }
    try (RetailApplication shop = RetailApplication.open(folder)) {
      ImportResult result = shop.importer().run(sample, ImportListener.NONE);

      assertThat(result.repeated()).isEqualTo(commands);
      Tables.mustEqual(Tables.all(shop), once);
    }
  }

  private static ImportListener stoppedAfter(int commands) {
    return new ImportListener() {
      private int left = commands;

      @Override
      public void progressed(ImportProgress progress) {}

      @Override
      public boolean goesOn() {
        return left-- > 0;
      }
    };
  }

  @Test
  void oneFileAfterTheOtherIsAsBothTogether() {
    try (RetailApplication shop = inMemory()) {
      for (Path file : sample) {
        shop.importer().run(List.of(file), ImportListener.NONE);
      }
      Tables.mustEqual(Tables.without(shop, Tables.DEPEND_ON_ARRIVAL), onceWithoutOrders);
    }
  }

  @Test
  void theOrderOfTheFilesDoesNotMatter() {
    try (RetailApplication shop = inMemory()) {
      shop.importer().run(sample.reversed(), ImportListener.NONE);

      Tables.mustEqual(Tables.all(shop), once);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30, 50, 99, 118})
  void aFileThatIsSplitAnywhereIsAsTheWhole(int at) {
    List<String> rows = TestFiles.rows(sample.get(0));
    Path first = csv("first.csv", rows.subList(0, at));
    Path second = csv("second.csv", rows.subList(at, rows.size()));
    try (RetailApplication shop = inMemory()) {
      shop.importer().run(List.of(first, second, sample.get(1)), ImportListener.NONE);

      Tables.mustEqual(Tables.all(shop), once);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30, 50, 99, 118})
  void partsThatOverlapCountOnce(int at) {
    List<String> rows = TestFiles.rows(sample.get(0));
    Path first = csv("first.csv", rows.subList(0, Math.min(rows.size(), at + 10)));
    Path second = csv("second.csv", rows.subList(at, rows.size()));
    try (RetailApplication shop = inMemory()) {
      shop.importer().run(List.of(first), ImportListener.NONE);
      ImportResult rest =
          shop.importer().run(List.of(first, second, sample.get(1)), ImportListener.NONE);

      assertThat(rest.rows()).isGreaterThan(rest.events() / 3);
      Tables.mustEqual(Tables.without(shop, Tables.DEPEND_ON_ARRIVAL), onceWithoutOrders);
    }
  }

  private Path csv(String name, List<String> rows) {
    return TestFiles.csv(folder.resolve(name), rows.toArray(String[]::new));
  }

  @Test
  void rowsThatSayTheSameEachCount() {
    String row = "536409,21866,UNION JACK FLAG LUGGAGE TAG,1,2010-12-01 11:45:00,1.25,17908.0,UK";
    Path twice = TestFiles.csv(folder.resolve("twice.csv"), row, row);
    try (RetailApplication shop = inMemory()) {
      shop.importer().run(List.of(twice), ImportListener.NONE);
      shop.importer().run(List.of(twice), ImportListener.NONE);
      assertThat(shop.report().gross()).isEqualTo("2.50");

      Path thrice = TestFiles.csv(folder.resolve("thrice.csv"), row, row, row);
      shop.importer().run(List.of(thrice), ImportListener.NONE);
      assertThat(shop.report().gross()).isEqualTo("3.75");
      assertThat(shop.report().orders()).isEqualTo(1);
    }
  }

  @Test
  void rowsThatSayTheSameInOtherWordsEachCount() {
    Path file =
        TestFiles.csv(
            folder.resolve("words.csv"),
            "700000,10001,THING,1,2011-01-01 10:00:00,2.5,1.0,France",
            "700000,10001,THING,1,2011-01-01 10:00:00,2.50,1.0,France",
            "700000,10001,THING,1.0,2011-01-01 10:00:00,2.5,1,France",
            "700000,10001,THING,01,2011-01-01 10:00:00,02.5,1,France");
    try (RetailApplication shop = inMemory()) {
      ImportResult result = shop.importer().run(List.of(file), ImportListener.NONE);

      assertThat(result.accepted()).isEqualTo(4);
      assertThat(shop.report().gross()).isEqualTo("10.00");
    }
  }

  @Test
  void aFileThatIsNamedTwiceCountsOnce() {
    String row = "536409,21866,UNION JACK FLAG LUGGAGE TAG,1,2010-12-01 11:45:00,1.25,17908.0,UK";
    Path file = TestFiles.csv(folder.resolve("twice.csv"), row, row);
    try (RetailApplication shop = inMemory()) {
      shop.importer().run(List.of(file, file), ImportListener.NONE);

      assertThat(shop.report().gross()).isEqualTo("2.50");
    }
  }

  @Test
  void anInvoiceWithMoreLinesThanACommandTakesIsOneOrder() {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 4_500; i++) {
      rows.add("700000," + (10_000 + i % 100) + ",THING,1,2011-01-01 10:00:00,1.00,1.0,France");
    }
    try (RetailApplication shop = RetailApplication.open(folder)) {
      ImportResult result =
          shop.importer().run(List.of(csv("long.csv", rows)), ImportListener.NONE);

      assertThat(result.accepted()).isEqualTo(4_500);
      assertThat(result.commands()).isEqualTo(3);
      assertThat(shop.report().orders()).isEqualTo(1);
      assertThat(shop.report().gross()).isEqualTo("4500.00");
    }
  }

  @Test
  void rowsOfAnInvoiceThatDisagreeCountEachWhereItSays() {
    Path file =
        TestFiles.csv(
            folder.resolve("mixed.csv"),
            "700000,10001,THING,1,2011-01-01 23:59:00,1.00,1.0,France",
            "700000,10001,THING,1,2011-01-02 00:00:00,2.00,1.0,France",
            "700000,10001,THING,1,2011-01-02 00:00:00,4.00,2.0,Germany");
    try (RetailApplication shop = inMemory()) {
      shop.importer().run(List.of(file), ImportListener.NONE);
      RetailReport report = shop.report();

      assertThat(report.grossByCountry()).isEqualTo(Map.of("France", "3.00", "Germany", "4.00"));
      assertThat(report.orders()).isEqualTo(1);
      assertThat(report.bestDays())
          .extracting(RetailReport.DayRow::day, RetailReport.DayRow::gross)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("2011-01-02", "6.00"),
              org.assertj.core.groups.Tuple.tuple("2011-01-01", "1.00"));
    }
  }
}
