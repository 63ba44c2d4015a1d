package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.terminal.Ink;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.cli.terminal.Table;
import dev.millrace.core.json.JsonCodec;
import dev.millrace.retail.RetailApplication;
import dev.millrace.retail.RetailReport;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reports what the read models know. */
@Command(
    name = "report",
    description = "Report revenue, orders, products and customers, from the read models.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace retail report",
      "  millrace retail report --data shop --json | jq .netByCountry"
    })
final class RetailReportCommand implements Action {
  /** How long read models may take to catch up with a store that was killed. */
  private static final Duration CATCH_UP = Duration.ofMinutes(10);

  @Option(names = "--json", description = "One JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.STORE, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    StoreFolder.requireIfInFolder(invocation);
    RetailReport report;
    try (RetailApplication application = ShopFolder.open(invocation)) {
      application.awaitReadModels(CATCH_UP);
      report = application.report();
    }
    if (json) {
      invocation.out().line(new JsonCodec().encode(report).utf8());
    } else {
      print(report, invocation);
    }
    return ExitCode.OK;
  }

  private static void print(RetailReport report, Invocation invocation) {
    Ink ink = invocation.outInk();
    invocation.print(
        List.of(
            ink.bold("gross " + money(report.gross()))
                + "   refunded "
                + money(report.refunded())
                + "   "
                + ink.bold("net " + money(report.net())),
            Numbers.count(report.orders(), "order", "orders")
                + ", "
                + Numbers.count(report.cancellations(), "cancellation", "cancellations")
                + ", "
                + Numbers.count(report.customers(), "customer", "customers")
                + ", "
                + Numbers.count(report.products(), "product", "products"),
            ""));
    print(countries(report), invocation);
    print(products(report), invocation);
    print(customers(report), invocation);
    print(days(report), invocation);
    Table refusals = new Table("refused cancellation lines", ">lines");
    report.refusals().forEach((reason, lines) -> refusals.row(reason, Numbers.whole(lines)));
    invocation.print(refusals.lines(ink));
  }

  private static void print(Table table, Invocation invocation) {
    invocation.print(table.lines(invocation.outInk()));
    invocation.out().line("");
  }

  private static Table countries(RetailReport report) {
    Table table = new Table("country", ">gross", ">net");
    report.grossByCountry().entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, String> row) -> new BigDecimal(row.getValue()))
                .reversed())
        .forEach(row -> {
          String net = report.netByCountry().getOrDefault(row.getKey(), "0");
          table.row(row.getKey(), money(row.getValue()), money(net));
        });
    return table;
  }

  private static Table products(RetailReport report) {
    Table table = new Table("product", "description", ">sold", ">revenue", ">on hand");
    for (RetailReport.ProductRow row : report.topProducts()) {
      String description = Ink.cut(orEmpty(row.description()), 36);
      String onHand = row.onHand() == null ? "–" : row.onHand();
      table.row(row.code(), description, row.sold(), money(row.revenue()), onHand);
    }
    return table;
  }

  private static Table customers(RetailReport report) {
    Table table = new Table("customer", "country", "tier", ">orders", ">gross", ">net");
    for (RetailReport.CustomerRow row : report.topCustomers()) {
      table.row(
          row.number(),
          orEmpty(row.country()),
          orEmpty(row.tier()),
          Numbers.whole(row.orders()),
          money(row.gross()),
          money(row.net()));
    }
    return table;
  }

  private static Table days(RetailReport report) {
    Table table = new Table("day", ">orders", ">gross", ">net");
    for (RetailReport.DayRow row : report.bestDays()) {
      table.row(row.day(), Numbers.whole(row.orders()), money(row.gross()), money(row.net()));
    }
    return table;
  }

  private static String money(String decimal) {
    return Numbers.money(new BigDecimal(decimal));
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
