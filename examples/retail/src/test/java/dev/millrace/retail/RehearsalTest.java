package dev.millrace.retail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.rehearsal.Answer;
import dev.millrace.core.rehearsal.Difference;
import dev.millrace.core.rehearsal.RehearsalListener;
import dev.millrace.core.rehearsal.RehearsalReport;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.retail.readmodel.ReadModels;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A change of one rule, rehearsed on what was imported: the report must list what the files
 * themselves say that the rule touches, computed by code that shares nothing with the application,
 * and nothing else.
 */
final class RehearsalTest {
  private static final Pattern GROSS = Pattern.compile("\"gross\":([0-9.]+)");

  @TempDir Path folder;

  private final List<Difference> found = new ArrayList<>();

  @Test
  void aChangedRuleListsExactlyWhatItTouchesInTheSample() throws Exception {
    List<Path> files = new ArrayList<>(TestFiles.sample());
    files.add(
        TestFiles.csv(
            folder.resolve("2021-03.csv"),
            "200001,10014,ENOUGH,1000,2021-03-01 09:00:00,0.25,90005.0,United Kingdom",
            "200001,10028,BESIDE IT,10,2021-03-01 09:00:00,2.00,90005.0,United Kingdom",
            "200002,10014,ONE TOO FEW,999,2021-03-01 10:00:00,0.25,90005.0,United Kingdom",
            "200003,10014,TWO LINES ARE NOT ONE,600,2021-03-01 11:00:00,0.25,,France",
            "200003,10014,TWO LINES ARE NOT ONE,500,2021-03-01 11:00:00,0.25,,France",
            "200004,10014,A GIFT,2000,2021-03-02 09:00:00,0.00,90005.0,United Kingdom",
            "200004,10028,BESIDE IT,1,2021-03-02 09:00:00,2.00,90005.0,United Kingdom",
            "C200005,10014,ALL BACK,-1000,2021-03-02 10:00:00,0.25,90005.0,United Kingdom",
            "200006,10014,AND MORE ON THE NEXT DAY,1500,2021-03-03 09:00:00,0.2,,France",
            "200006,10028,AND MORE ON THE NEXT DAY,2500,2021-03-04 09:00:00,0.1,,France"));
    check(files);
  }

  @Test
  void aChangedRuleListsExactlyWhatItTouchesInTheRealData() throws Exception {
    List<Path> files = TestFiles.real().orElse(List.of());
    if (files.isEmpty()) {
      return; // said in the output
    }
    check(Boolean.getBoolean("millrace.nightly") ? files : files.subList(0, 2));
  }

  private Path shop() {
    return folder.resolve("shop");
  }

  private void check(List<Path> files) throws Exception {
    try (RetailApplication shop = RetailApplication.open(shop())) {
      shop.importer().run(files, ImportListener.NONE);
    }
    Map<Path, String> before = bytes();

    nothingDiffersWithoutAChange();
    bulkPriceTouchesTheseInvoices(FilesByInvoice.bulk(files));
    chargesApartTouchesTheseRows(TotalsFromFiles.of(files));

    assertThat(bytes()).as("files of the shop").containsExactlyEntriesOf(before);
  }

  /** Every file of the shop but the lock, which says who had it last. */
  private Map<Path, String> bytes() throws IOException {
    Map<Path, String> bytes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(shop())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("lock")) {
          bytes.put(shop().relativize(file), digest(file));
        }
      }
    }
    return bytes;
  }

  private static String digest(Path file) throws IOException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private RehearsalReport rehearse(RuleChange change) {
    found.clear();
    try (EventStore store = EventStore.open("log:" + shop().resolve(RetailApplication.LOG))) {
      RehearsalReport report =
          RetailRehearsal.run(
              store,
              change,
              3,
              new RehearsalListener() {
                @Override
                public void found(Difference difference) {
                  found.add(difference);
                }
              });
      System.out.printf(
          "rehearsed %s over %,d events in %.1f s: %,.0f events/s; not rehearsed: %s%n",
          change.label(),
          report.events(),
          report.seconds(),
          report.events() / report.seconds(),
          report.decisions().notRehearsed());
      assertThat(report.isWhole()).isTrue();
      assertThat(report.events()).isEqualTo(store.head());
      assertThat(report.unreadable()).isEmpty();
      assertThat(report.decisions().recordedOtherwise()).isZero();
      assertThat(report.decisions().notRehearsed().keySet())
          .as("commands that are not proven: cancellations in which the lines could stand anyhow")
          .isSubsetOf(Set.of("cancel-purchases"));
      assertThat(report.readModels())
          .extracting(RehearsalReport.ReadModelResult::name)
          .containsExactlyInAnyOrderElementsOf(ReadModels.ALL);
      assertThat(report.readModels())
          .allSatisfy(one -> {
            assertThat(one.problem()).isEmpty();
            assertThat(one.rows()).isPositive();
          });
      return report;
    }
  }

  private void nothingDiffersWithoutAChange() {
    RehearsalReport report = rehearse(RuleChange.NONE);

    assertThat(found).isEmpty();
    assertThat(report.isSame()).isTrue();
    assertThat(report.decisions().rehearsed()).isPositive();
    assertThat(report.reactions())
        .hasSize(2)
        .allSatisfy(reaction -> assertThat(reaction.events()).isPositive());
  }

  private void bulkPriceTouchesTheseInvoices(Map<String, BigDecimal> grossByInvoice) {
    RehearsalReport report = rehearse(RuleChange.BULK_PRICE);

    Map<String, BigDecimal> listed = new TreeMap<>();
    for (Difference difference : found) {
      Difference.Decided decided = (Difference.Decided) difference;
      assertThat(decided.command()).isEqualTo("place-order");
      assertThat(decided.about().name()).isEqualTo("invoice");
      assertThat(decided.now().kind()).isEqualTo(Answer.Kind.ACCEPTED);
      assertThat(decided.now().events()).hasSize(1);
      listed.merge(decided.about().value(), gross(decided.now()), BigDecimal::add);
    }
    assertThat(grossByInvoice).isNotEmpty();
    assertThat(listed).isEqualTo(grossByInvoice);
    assertThat(report.isSame()).isFalse();
    assertThat(report.differences()).hasSize(Math.min(3, found.size()));
  }

  private static BigDecimal gross(Answer answer) {
    NewEvent event = answer.events().get(0);
    assertThat(event.type()).isIn("order-placed", "order-extended");
    Matcher gross = GROSS.matcher(event.data().utf8());
    assertThat(gross.find()).as(event.data().utf8()).isTrue();
    return new BigDecimal(gross.group(1)).stripTrailingZeros();
  }

  private void chargesApartTouchesTheseRows(TotalsFromFiles totals) {
    RehearsalReport report = rehearse(RuleChange.CHARGES_APART);

    Map<String, BigDecimal> expected = new TreeMap<>();
    for (String charge : FilesByInvoice.CHARGES) {
      BigDecimal revenue =
          totals
              .tables
              .get("product")
              .getOrDefault(charge, Map.of())
              .getOrDefault("revenue", BigDecimal.ZERO);
      if (revenue.signum() != 0) {
        expected.put(charge, revenue.stripTrailingZeros());
      }
    }
    Map<String, BigDecimal> listed = new TreeMap<>();
    for (Difference difference : found) {
      Difference.Row row = (Difference.Row) difference;
      assertThat(row.table()).isEqualTo("product");
      assertThat(row.kind()).isEqualTo(Difference.Row.Kind.OTHER);
      assertThat(row.cells()).containsOnlyKeys("revenue");
      assertThat(row.cells().get("revenue").now()).isEqualTo("0");
      BigDecimal before = new BigDecimal(row.cells().get("revenue").before());
      listed.put(row.key().get(0), before.stripTrailingZeros());
    }
    assertThat(expected).isNotEmpty();
    assertThat(listed).isEqualTo(expected);
    assertThat(report.decisions().changed()).isZero();
  }

  /** The rule, on the rows of the files. */
  private static final class FilesByInvoice {
    static final List<String> CHARGES =
        Arrays.asList("POST", "DOT", "C2", "M", "S", "D", "B", "BANK CHARGES", "AMAZONFEE", "CRUK");

    private FilesByInvoice() {}

    /** The invoices with a sale of 1,000 pieces or more on a row, and what they would cost. */
    static Map<String, BigDecimal> bulk(List<Path> files) throws IOException {
      Map<String, BigDecimal> gross = new TreeMap<>();
      Map<String, BigDecimal> off = new TreeMap<>();
      TotalsFromFiles.eachSale(
          files,
          (invoice, quantity, price) -> {
            gross.merge(invoice, quantity.multiply(price), BigDecimal::add);
            if (quantity.compareTo(new BigDecimal(1000)) >= 0) {
              off.merge(invoice, quantity.multiply(price).movePointLeft(1), BigDecimal::add);
            }
          });
      Map<String, BigDecimal> touched = new TreeMap<>();
      off.forEach((invoice, less) ->
          touched.put(invoice, gross.get(invoice).subtract(less).stripTrailingZeros()));
      return touched;
    }
  }
}
