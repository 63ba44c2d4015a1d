package dev.millrace.retail;

import dev.millrace.retail.csv.InvoiceRows;
import dev.millrace.retail.csv.Row;
import dev.millrace.retail.csv.SourceRow;
import dev.millrace.retail.domain.Line;
import dev.millrace.retail.domain.LineKind;
import dev.millrace.retail.domain.ShopCommand;
import dev.millrace.retail.domain.ShopCommand.AdjustStock;
import dev.millrace.retail.domain.ShopCommand.CancelPurchases;
import dev.millrace.retail.domain.ShopCommand.Invoice;
import dev.millrace.retail.domain.ShopCommand.PlaceOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes commands of invoices: one of each, unless its rows disagree on customer, country or day, or
 * there are more of them than a command takes; then the later ones extend the first.
 *
 * <p>A row that another file repeats is the same line; a row that the same file repeats is a
 * further copy, which the shop's invoices do have.
 */
final class InvoiceCommands {
  private static final int ID_BYTES = 16;

  private InvoiceCommands() {}

  /**
   * A command to send.
   *
   * @param id made of the invoice's number and of all that the command says, so that the same
   *     invoice has the same id in every run
   * @param rows the rows of each line; several where files repeat each other
   */
  record Prepared(Invoice command, String id, Map<Line, List<SourceRow>> rows) {
    int rowCount() {
      return rows.values().stream().mapToInt(List::size).sum();
    }
  }

  private record Group(@Nullable String customer, String country, LocalDate day) {}

  /**
   * What a row says: its group, and its line without what tells copies apart. Not the row as it is
   * written, since 2.5 and 2.50 say the same.
   */
  private record Copies(int file, Group group, Line line) {}

  static List<Prepared> of(InvoiceRows invoice) {
    Map<Copies, Integer> copies = new HashMap<>();
    Map<Group, Map<Line, List<SourceRow>>> groups = new LinkedHashMap<>();
    for (InvoiceRows.Entry entry : invoice.rows()) {
      Row.Valid row = entry.row();
      Group group = new Group(row.customer(), row.country(), row.at().toLocalDate());
      int copy = copies.merge(new Copies(entry.file(), group, line(row, 1)), 1, Integer::sum);
      groups
          .computeIfAbsent(group, first -> new LinkedHashMap<>())
          .computeIfAbsent(line(row, copy), first -> new ArrayList<>())
          .add(entry.source());
    }
    List<Prepared> commands = new ArrayList<>();
    groups.forEach((group, lines) -> {
      List<Line> all = List.copyOf(lines.keySet());
      for (int from = 0; from < all.size(); from += ShopCommand.MAX_LINES) {
        List<Line> part = all.subList(from, Math.min(all.size(), from + ShopCommand.MAX_LINES));
        commands.add(prepared(invoice.number(), group, part, lines));
      }
    });
    return commands;
  }

  private static Line line(Row.Valid row, int copy) {
    return new Line(
        copy,
        row.product(),
        row.description(),
        row.isCancellation() ? row.quantity().negate() : row.quantity(),
        row.unitPrice(),
        row.at());
  }

  private static Prepared prepared(
      String number, Group group, List<Line> lines, Map<Line, List<SourceRow>> rows) {
    Invoice command;
    if (number.charAt(0) == 'C') {
      command = new CancelPurchases(number, group.customer(), group.country(), lines);
    } else {
      boolean guest = group.customer() == null;
      command =
          lines.stream().anyMatch(line -> line.kind(guest) == LineKind.SALE)
              ? new PlaceOrder(number, group.customer(), group.country(), lines)
              : new AdjustStock(number, group.customer(), group.country(), lines);
    }
    Map<Line, List<SourceRow>> own = new LinkedHashMap<>();
    lines.forEach(line -> own.put(line, rows.getOrDefault(line, List.of())));
    return new Prepared(command, "invoice/" + number + "/" + digest(command), own);
  }

  /** Changes when a command says something else, so that another command has another id. */
  private static String digest(Invoice command) {
    MessageDigest digest = sha256();
    digest.update(command.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
