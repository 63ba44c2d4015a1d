package dev.millrace.cli.demo;

import dev.millrace.cli.demo.DemoState.CountryTotal;
import dev.millrace.cli.terminal.Bars;
import dev.millrace.cli.terminal.Box;
import dev.millrace.cli.terminal.Ink;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.core.ProcessorStatus;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/** Draws a {@link DemoState} in a box, for a terminal. */
public final class DemoFrame {
  /** How many countries it shows. */
  static final int COUNTRIES = 5;

  private static final int WIDEST = 80;

  /** The narrowest terminal that it fits. */
  public static final int NARROWEST = 64;

  private static final int NAME = 20;

  private final int width;
  private final Ink ink;

  /**
   * Prepares to draw.
   *
   * @param columns of the terminal; the box takes 64 to 80 of them
   */
  public DemoFrame(int columns, Ink ink) {
    this.width = Math.clamp(columns, NARROWEST, WIDEST);
    this.ink = ink;
  }

  /**
   * The lines of the box.
   *
   * @param remark on the lower edge
   */
  public List<String> draw(DemoState state, String remark) {
    Box box =
        new Box(width, ink, "millrace demo", ink.good("ready in " + Numbers.time(state.ready())));
    int inner = box.inner();
    String up = "up " + Numbers.roughly(state.up());
    String page = Ink.cut(state.page().toString(), inner - up.length() - 1);
    box.row(Ink.left(ink.accent(page), inner - up.length()) + up);
    box.row(ink.dim(Ink.cut(state.data(), inner)));
    box.row(events(state));
    box.row(commands(state));
    countries(box, state);
    box.section("processors");
    for (int i = 0; i < state.processors().size(); i++) {
      processor(box, state.processors().get(i), state.processorsPerSecond().get(i));
    }
    return box.close(ink.dim(remark));
  }

  private String events(DemoState state) {
    return figure(state.events(), "events", state.eventsPerSecond())
        + "  "
        + ink.accent(Bars.sparkline(state.history()));
  }

  private String commands(DemoState state) {
    return figure(state.commands(), "commands", state.commandsPerSecond())
        + "  "
        + state.doneText();
  }

  private String figure(long count, String what, double rate) {
    return ink.bold(Ink.right(Numbers.whole(count), 11))
        + " "
        + Ink.left(what, 9)
        + Ink.right(Numbers.rate(rate), 10);
  }

  private void countries(Box box, DemoState state) {
    box.section("net revenue by country, in pounds");
    BigDecimal most = BigDecimal.ZERO;
    for (CountryTotal total : state.countries()) {
      most = most.max(total.net());
    }
    int bar = box.inner() - NAME - 15;
    for (int i = 0; i < COUNTRIES; i++) {
      // The box keeps its height while countries come in.
      String row = "";
      if (i < state.countries().size()) {
        CountryTotal total = state.countries().get(i);
        row =
            name(total.country())
                + ink.accent(Ink.left(Bars.bar(share(total.net(), most), bar), bar))
                + Ink.right(Numbers.money(total.net()), 15);
      }
      box.row(row);
    }
    int more = Math.max(0, state.countries().size() - COUNTRIES);
    String rest = more == 0 ? "" : "and " + Numbers.whole(more) + " more";
    box.row(
        ink.dim(Ink.left(rest, box.inner() - 35))
            + ink.bold(Ink.right("all " + Numbers.money(state.net()), 35)));
  }

  private static double share(BigDecimal part, BigDecimal whole) {
    return whole.signum() <= 0 ? 0 : part.divide(whole, MathContext.DECIMAL32).doubleValue();
  }

  private void processor(Box box, ProcessorStatus status, double rate) {
    String state = status.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String mark =
        switch (status.state()) {
          case LIVE -> ink.good("● " + state);
          case STARTING, STANDBY, CATCHING_UP, PAUSED -> ink.warning("◐ " + state);
          case RETRYING, STOPPED -> ink.bad("○ " + state);
        };
    String lag = "lag " + Numbers.whole(status.lag());
    box.row(
        name(status.name())
            + Ink.left(mark, 15)
            + (status.lag() == 0 ? ink.dim(Ink.left(lag, 16)) : Ink.left(lag, 16))
            + Ink.right(Numbers.rate(rate), box.inner() - NAME - 31));
    String problem = status.problem();
    if (problem != null) {
      box.row("  " + ink.bad(Ink.cut(problem, box.inner() - 2)));
    }
  }

  private static String name(String name) {
    return Ink.left(Ink.cut(name, NAME - 1), NAME);
  }
}
