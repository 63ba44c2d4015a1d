package dev.millrace.cli.demo;

import dev.millrace.cli.terminal.Numbers;
import dev.millrace.cli.terminal.Output;
import dev.millrace.core.ProcessorStatus;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line at the beginning and at the end, and a log line now and then: without a terminal. */
public final class PlainView implements DemoView {
  private static final Logger LOG = LoggerFactory.getLogger(PlainView.class);

  private final Output out;

  public PlainView(Output out) {
    this.out = out;
  }

  @Override
  public Duration every() {
    return Duration.ofSeconds(5);
  }

  @Override
  public void ready(DemoState state) {
    out.line(readyLine(state));
    out.flush();
  }

  @Override
  public void progress(DemoState state) {
    long lag = state.processors().stream().mapToLong(ProcessorStatus::lag).max().orElse(0);
    LOG.atInfo()
        .addKeyValue("events", state.events())
        .addKeyValue("eventsPerSecond", Math.round(state.eventsPerSecond()))
        .addKeyValue("commands", state.commands())
        .addKeyValue("commandsPerSecond", Math.round(state.commandsPerSecond()))
        .addKeyValue("lag", lag)
        .addKeyValue("net", state.net().toPlainString())
        .log("serving");
  }

  @Override
  public void summary(DemoState state) {
    out.line(summaryLine(state));
    out.flush();
  }

  static String readyLine(DemoState state) {
    return "ready in "
        + Numbers.time(state.ready())
        + ": "
        + state.page()
        + " shows the shop in "
        + state.data()
        + ", "
        + Numbers.count(state.events(), "event", "events")
        + "; Ctrl-C stops it";
  }

  static String summaryLine(DemoState state) {
    return "stopped after "
        + Numbers.time(state.up())
        + ": "
        + Numbers.count(state.commands(), "command", "commands")
        + " ("
        + state.doneText()
        + ")\n"
        + Numbers.count(state.newEvents(), "new event", "new events")
        + ", net revenue "
        + Numbers.money(state.net())
        + "\nsee more: millrace retail report --data "
        + state.data();
  }

  @Override
  public void close() {}
}
