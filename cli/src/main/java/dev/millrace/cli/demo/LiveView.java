package dev.millrace.cli.demo;

import dev.millrace.cli.terminal.Ink;
import dev.millrace.cli.terminal.Output;
import dev.millrace.cli.terminal.Screen;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A box that is redrawn in place, with the newest log lines below it. */
public final class LiveView implements DemoView {
  private static final int MESSAGES = 2;

  private final Output out;
  private final Ink ink;
  private final DemoFrame frame;
  private final int columns;
  private final Screen screen;
  private final Deque<String> messages = new ArrayDeque<>();

  /**
   * Begins to draw.
   *
   * @param columns of the terminal, at least {@link DemoFrame#NARROWEST}
   */
  public LiveView(Output out, Ink ink, int columns) {
    this.out = out;
    this.ink = ink;
    this.columns = columns;
    this.frame = new DemoFrame(columns, ink);
    this.screen = new Screen(out);
  }

  /** Shows a log line. Safe to call from any thread. */
  public void message(String line) {
    synchronized (messages) {
      line.lines().findFirst().ifPresent(messages::addLast);
      if (messages.size() > MESSAGES) {
        messages.removeFirst();
      }
    }
  }

  @Override
  public Duration every() {
    return Duration.ofMillis(250);
  }

  @Override
  public void ready(DemoState state) {
    out.line(PlainView.readyLine(state));
    progress(state);
  }

  @Override
  public void progress(DemoState state) {
    draw(state, "Ctrl-C stops");
  }

  private void draw(DemoState state, String remark) {
    List<String> lines = new ArrayList<>(frame.draw(state, remark));
    synchronized (messages) {
      messages.forEach(message -> lines.add(ink.warning(Ink.cut(message, columns - 1))));
    }
    screen.draw(lines);
  }

  @Override
  public void summary(DemoState state) {
    draw(state, "stopped");
    close();
    out.line(PlainView.summaryLine(state));
  }

  @Override
  public void close() {
    screen.close();
  }
}
