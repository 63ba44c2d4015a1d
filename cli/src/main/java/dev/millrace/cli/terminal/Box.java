package dev.millrace.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Lines in a frame of a fixed width. Not safe for use from several threads. */
public final class Box {
  private final int width;
  private final Ink ink;
  private final List<String> lines = new ArrayList<>();

  /**
   * Begins with the upper edge.
   *
   * @param width of the whole, at least 20
   * @param title on the left of the edge
   * @param remark on its right; may be empty
   */
  public Box(int width, Ink ink, String title, String remark) {
    if (width < 20) {
      throw new IllegalArgumentException("a box is at least 20 wide, not " + width);
    }
    this.width = width;
    this.ink = ink;
    lines.add(edge("╭", title, remark, "╮"));
  }

  /** A line across, with a title. */
  public Box section(String title) {
    lines.add(edge("├", title, "", "┤"));
    return this;
  }

  /** A line of text, which may be coloured, and is not cut: it must fit {@link #inner()}. */
  public Box row(String text) {
    String bar = ink.dim("│");
    lines.add(bar + " " + Ink.left(text, inner()) + " " + bar);
    return this;
  }

  /** How many columns a row has. */
  public int inner() {
    return width - 4;
  }

  /** Ends with the lower edge, and gives all lines. */
  public List<String> close(String remark) {
    lines.add(edge("╰", "", remark, "╯"));
    return List.copyOf(lines);
  }

  private String edge(String left, String title, String remark, String right) {
    String name = title.isEmpty() ? "" : " " + Ink.cut(title, width - 8) + " ";
    int room = width - 4 - Ink.width(name);
    String note = remark.isEmpty() ? "" : " " + Ink.cut(remark, room - 4) + " ";
    String middle = "─".repeat(Math.max(0, room - Ink.width(note)));
    return ink.dim(left + "─") + ink.bold(name) + ink.dim(middle) + note + ink.dim("─" + right);
  }
}
