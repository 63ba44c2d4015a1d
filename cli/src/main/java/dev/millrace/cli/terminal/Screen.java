package dev.millrace.cli.terminal;

import java.util.List;

/**
 * Some lines of the terminal that are redrawn in place. What is drawn last stays when it is closed.
 * Not safe for use from several threads.
 */
public final class Screen implements AutoCloseable {
  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";
  private static final String CLEAR_TO_END_OF_LINE = "\u001b[K";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final Output out;
  private int drawn;

  /** Begins below the cursor. */
  public Screen(Output out) {
    this.out = out;
    out.write(HIDE_CURSOR);
  }

  /** Draws lines over those that were drawn before. */
  public void draw(List<String> lines) {
    StringBuilder frame = new StringBuilder();
    if (drawn > 0) {
      frame.append("\u001b[").append(drawn).append('A');
    }
    frame.append('\r');
    for (String line : lines) {
      frame.append(line).append(CLEAR_TO_END_OF_LINE).append('\n');
    }
    frame.append(CLEAR_BELOW);
    drawn = lines.size();
    out.write(frame.toString());
    out.flush();
  }

  @Override
  public void close() {
    out.write(SHOW_CURSOR);
    out.flush();
  }
}
