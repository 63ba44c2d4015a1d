package dev.millrace.resilience4j;

import dev.millrace.core.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Makes circuit breakers for processors. */
public final class Resilience4j {
  private static final int WINDOW = 10;
  private static final int LEAST_CALLS = 5;
  private static final int PROBES = 3;
  private static final Duration WAIT = Duration.ofSeconds(10);

  private Resilience4j() {}

  /**
   * Opens when half of the last 10 calls failed, of at least 5; lets 3 through after 10 seconds. A
   * retry policy that allows fewer attempts than 5 may make a dead letter before it opens.
   *
   * @param name of what is called
   * @param away exceptions that say that it is away; others say something of the event. An event
   *     that always fails with one of these looks as if it were away, and holds up a lane
   */
  public static CircuitBreaker circuitBreaker(String name, Class<?>... away) {
    if (away.length == 0 || !Arrays.stream(away).allMatch(Throwable.class::isAssignableFrom)) {
      throw new IllegalArgumentException(
          "circuit breaker '"
              + name
              + "' needs the exceptions that say that it is away, and has "
              + Arrays.toString(away));
    }
    List<Class<?>> counted = List.of(away);
    return circuitBreaker(
        name,
        CircuitBreakerConfig.custom()
            .slidingWindowSize(WINDOW)
            .minimumNumberOfCalls(LEAST_CALLS)
            .permittedNumberOfCallsInHalfOpenState(PROBES)
            .waitDurationInOpenState(WAIT)
            .recordException(failure -> counted.stream().anyMatch(one -> one.isInstance(failure)))
            .build());
  }

  /**
   * As configured: rates, windows, slow calls, how long it stays open, and which exceptions count
   * ({@code recordExceptions}, {@code ignoreExceptions}). A call is one transaction of a handler or
   * a batch. Without {@code recordExceptions} every exception counts, so that an event that always
   * fails is taken for a service that is away, and holds up a lane. Two settings are not used,
   * since the processor looks at the time itself: the clock, and the transition by a thread of its
   * own when the wait is over.
   *
   * @param name of what is called
   */
  public static CircuitBreaker circuitBreaker(String name, CircuitBreakerConfig config) {
    return CircuitBreaker.named(name, new Resilience4jPolicy(name, config));
  }
}
