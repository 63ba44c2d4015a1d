package dev.millrace.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Rows under headings, each column as wide as it needs. Not safe for use from several threads. */
public final class Table {
  private static final String GAP = "  ";

  private final List<String> headings;
  private final boolean[] numbers;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Begins a table.
   *
   * @param headings one for each column; a column whose heading begins with {@code >} is aligned to
   *     the right
   */
  public Table(String... headings) {
    this.headings = new ArrayList<>();
    this.numbers = new boolean[headings.length];
    for (int i = 0; i < headings.length; i++) {
      numbers[i] = headings[i].startsWith(">");
      this.headings.add(numbers[i] ? headings[i].substring(1) : headings[i]);
    }
  }

  /** Adds a row. */
  public Table row(String... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          "a row has " + headings.size() + " cells, not " + cells.length);
    }
    rows.add(List.of(cells));
    return this;
  }

  /** The lines, headings first. */
  public List<String> lines(Ink ink) {
    int[] widths = new int[headings.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Ink.width(headings.get(i));
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], Ink.width(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(ink.bold(line(headings, widths)));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = cells.get(i);
      line.append(i == 0 ? "" : GAP);
      line.append(numbers[i] ? Ink.right(cell, widths[i]) : Ink.left(cell, widths[i]));
    }
    return line.toString().stripTrailing();
  }
}
