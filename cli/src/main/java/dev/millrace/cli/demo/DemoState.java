package dev.millrace.cli.demo;

import dev.millrace.cli.terminal.Numbers;
import dev.millrace.core.ProcessorStatus;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a demonstration stands at a moment.
 *
 * @param data where the store and the read models are
 * @param page where its page and API are
 * @param ready how long it took until it served
 * @param up how long it serves
 * @param events the head of the store
 * @param newEvents stored since it serves
 * @param eventsPerSecond newly stored, lately
 * @param history of {@code eventsPerSecond}, the newest last
 * @param commands sent by this run
 * @param commandsPerSecond sent lately
 * @param done what this run has sent, by kind in the plural, as in orders and cancellations
 * @param countries the totals, the largest first
 * @param processors how they stand
 * @param processorsPerSecond how many events each has handled lately, in the same order
 */
public record DemoState(
    String data,
    URI page,
    Duration ready,
    Duration up,
    long events,
    long newEvents,
    double eventsPerSecond,
    List<Double> history,
    long commands,
    double commandsPerSecond,
    Map<String, Long> done,
    List<CountryTotal> countries,
    List<ProcessorStatus> processors,
    List<Double> processorsPerSecond) {

  /** Revenue in a country, in pounds. */
  public record CountryTotal(String country, BigDecimal gross, BigDecimal net) {}

  public DemoState {
    history = List.copyOf(history);
    done = Collections.unmodifiableMap(new LinkedHashMap<>(done));
    countries = List.copyOf(countries);
    processors = List.copyOf(processors);
    processorsPerSecond = List.copyOf(processorsPerSecond);
  }

  /** What this run has sent, as a text. */
  public String doneText() {
    List<String> parts = new ArrayList<>();
    done.forEach((kind, number) ->
        parts.add(Numbers.count(number, kind.substring(0, kind.length() - 1), kind)));
    return String.join(", ", parts);
  }

  /** Net revenue of all countries. */
  public BigDecimal net() {
    return countries.stream().map(CountryTotal::net).reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
