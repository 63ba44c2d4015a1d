package dev.millrace.cli;

import dev.millrace.cli.demo.DemoState;
import dev.millrace.cli.demo.DemoState.CountryTotal;
import dev.millrace.cli.demo.Rate;
import dev.millrace.core.ProcessorStatus;
import dev.millrace.core.store.EventStore;
import dev.millrace.retail.RetailApplication;
import dev.millrace.retail.RetailReport;
import dev.millrace.retail.domain.Shop;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks how a demonstration stands. Not safe for use from several threads. */
final class DemoSampler {
  /** Totals are read from the database, so less often than all else. */
  private static final long TOTALS_NANOS = Duration.ofSeconds(1).toNanos();

  private final RetailApplication application;
  private final EventStore store;
  private final DemoTrafficThread traffic;
  private final String data;
  private final URI page;
  private final Duration ready;
  private final long began = System.nanoTime();
  private final long headBefore;
  private final Rate events = new Rate();
  private final Rate commands = new Rate();
  private final Map<String, Rate> handled = new HashMap<>();
  private List<CountryTotal> countries = List.of();
  private long countriesRead = began - TOTALS_NANOS;

  DemoSampler(
      RetailApplication application,
      DemoTrafficThread traffic,
      String data,
      URI page,
      Duration ready) {
    this.application = application;
    this.store = application.millrace().store(Shop.NAME);
    this.headBefore = store.head();
    this.traffic = traffic;
    this.data = data;
    this.page = page;
    this.ready = ready;
  }

  /** How it stands now. */
  DemoState sample() {
    long now = System.nanoTime();
    if (now - countriesRead >= TOTALS_NANOS) {
      countries = countries(application.report());
      countriesRead = now;
    }
    long head = store.head();
    List<ProcessorStatus> processors = application.millrace().processors();
    List<Double> rates = new ArrayList<>();
    for (ProcessorStatus status : processors) {
      Rate rate = handled.computeIfAbsent(status.name(), name -> new Rate());
      rates.add(rate.sample(status.handled(), now));
    }
    double eventRate = events.sample(head, now);
    DemoTrafficThread.Sent sent = traffic.sent();
    return new DemoState(
        data,
        page,
        ready,
        Duration.ofNanos(now - began),
        head,
        head - headBefore,
        eventRate,
        events.history(),
        sent.commands(),
        commands.sample(sent.commands(), now),
        sent.byKind(),
        countries,
        processors,
        rates);
  }

  /** How it stands at the end, with totals as of now. */
  DemoState last() {
    countriesRead = System.nanoTime() - TOTALS_NANOS;
    return sample();
  }

  private static List<CountryTotal> countries(RetailReport report) {
    List<CountryTotal> totals = new ArrayList<>();
    report
        .grossByCountry()
        .forEach((country, gross) ->
            totals.add(
                new CountryTotal(
                    country,
                    new BigDecimal(gross),
                    new BigDecimal(report.netByCountry().getOrDefault(country, "0")))));
    totals.sort(Comparator.comparing(CountryTotal::net).reversed());
    return totals;
  }
}
