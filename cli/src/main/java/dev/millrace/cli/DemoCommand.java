package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.demo.DemoFrame;
import dev.millrace.cli.demo.DemoView;
import dev.millrace.cli.demo.JsonView;
import dev.millrace.cli.demo.LiveView;
import dev.millrace.cli.demo.PlainView;
import dev.millrace.core.AwaitException;
import dev.millrace.node.Node;
import dev.millrace.node.Telemetry;
import dev.millrace.retail.RetailApplication;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the retail application, live. */
@Command(
    name = "demo",
    description = {
      "Run a shop on the embedded store, with its page and HTTP API, and show its totals live.",
      "Seeded traffic, or the invoices of files, goes in as commands. Runs until stopped."
          + " The folder stays, and the next demo goes on in it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace demo",
      "  millrace demo --rate 2000 --duration 30s",
      "  millrace demo --store postgresql://postgres@localhost/shop",
      "  millrace demo --port 9000 --traces http://localhost:4318/v1/traces",
      "  millrace demo --data shop 2010-12.csv.gz 2011-01.csv.gz",
      "  millrace demo --json | jq .eventsPerSecond"
    })
final class DemoCommand implements Action {
  private static final Logger LOG = LoggerFactory.getLogger(DemoCommand.class);

  /** How long processors may take to become level when it stops. */
  private static final Duration LEVEL = Duration.ofSeconds(5);

  @Parameters(paramLabel = "FILE", arity = "0..*", description = "Files of invoices to import.")
  List<String> files = new ArrayList<>();

  @Option(names = "--json", description = "One JSON object a line: ready, progress, summary.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.DATA,
        Setting.STORE,
        Setting.KEY,
        Setting.NODE_PORT,
        Setting.NODE_HOST,
        Setting.NODE_NAMES,
        Setting.NODE_TRACES,
        Setting.DEMO_SEED,
        Setting.DEMO_RATE,
        Setting.DEMO_DURATION);
  }

  @Override
  public int run(Invocation invocation) {
    List<Path> paths = RetailImportCommand.files(invocation, files);
    var _ = Thread.ofVirtual().name("millrace-prepare").start(Node::prepare);
    URI traces = invocation.configuration().traces();
    try (Telemetry telemetry =
            traces == null ? Telemetry.OFF : Telemetry.exportTo(traces, "millrace-retail", 1);
        RetailApplication application = ShopFolder.open(invocation, telemetry.tracing());
        Node node = DemoNode.start(invocation.configuration(), application.millrace())) {
      Duration ready = Duration.between(invocation.started(), Instant.now());
      DemoTrafficThread traffic =
          paths.isEmpty()
              ? DemoTrafficThread.seeded(application, invocation.configuration())
              : DemoTrafficThread.importing(application, paths);
      DemoSampler sampler =
          new DemoSampler(
              application,
              traffic,
              invocation.configuration().data().toString(),
              node.uri(),
              ready);
      try (DemoView view = view(invocation)) {
        show(view, sampler, traffic, application, invocation);
      } finally {
        invocation.logging().divert(null);
      }
      Throwable failure = traffic.failure();
      if (failure != null) {
        throw new FailureException("the demo's traffic failed: " + failure.getMessage(), failure);
      }
    }
    return ExitCode.OK;
  }

  private DemoView view(Invocation invocation) {
    if (json) {
      return new JsonView(invocation.out());
    }
    if (invocation.out().isTerminal()) {
      int columns = invocation.terminal().columns().count();
      if (columns >= DemoFrame.NARROWEST) {
        LiveView live = new LiveView(invocation.out(), invocation.outInk(), columns);
        if (invocation.err().isTerminal()) {
          invocation.logging().divert(live::message);
        }
        return live;
      }
    }
    return new PlainView(invocation.out());
  }

  private static void show(
      DemoView view,
      DemoSampler sampler,
      DemoTrafficThread traffic,
      RetailApplication application,
      Invocation invocation) {
    view.ready(sampler.sample());
    LOG.info("serving {}", invocation.data());
    traffic.start();
    Duration most = invocation.configuration().demoDuration();
    Instant end = most == null ? Instant.MAX : Instant.now().plus(most);
    StopSignal stop = invocation.stop();
    while (!stop.await(untilNext(view, end)) && !isOver(end) && traffic.failure() == null) {
      view.progress(sampler.sample());
    }
    LOG.info("stopping");
    traffic.stop();
    try {
      application.awaitLevel(LEVEL);
    } catch (AwaitException e) {
      LOG.warn("stopped before all processors were level: {}", e.getMessage());
    }
    view.summary(sampler.last());
  }

  private static Duration untilNext(DemoView view, Instant end) {
    Duration every = view.every();
    if (end.equals(Instant.MAX)) {
      return every;
    }
    Duration left = Duration.between(Instant.now(), end);
    return left.compareTo(every) < 0 ? left : every;
  }

  private static boolean isOver(Instant end) {
    return !Instant.now().isBefore(end);
  }
}
