package dev.millrace.cli.demo;

import dev.millrace.cli.terminal.Output;
import java.time.Duration;

/** One JSON object a line, for programs. */
public final class JsonView implements DemoView {
  private final Output out;

  public JsonView(Output out) {
    this.out = out;
  }

  @Override
  public Duration every() {
    return Duration.ofSeconds(1);
  }

  @Override
  public void ready(DemoState state) {
    line("ready", state);
  }

  @Override
  public void progress(DemoState state) {
    line("progress", state);
  }

  @Override
  public void summary(DemoState state) {
    line("summary", state);
  }

  private void line(String kind, DemoState state) {
    out.line(DemoJson.line(kind, state));
    out.flush();
  }

  @Override
  public void close() {}
}
