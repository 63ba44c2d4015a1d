package dev.millrace.resilience4j;

import dev.millrace.core.processing.CircuitBreakerPolicy;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/** A breaker of Resilience4j, on the clock of whoever asks it. Used by one thread at a time. */
final class Resilience4jPolicy implements CircuitBreakerPolicy {
  private final CircuitBreaker breaker;
  private final CircuitBreakerConfig config;
  private long now;
  private long probeAt;

  Resilience4jPolicy(String name, CircuitBreakerConfig given) {
    var wait = given.getWaitIntervalFunctionInOpenState();
    this.config =
        CircuitBreakerConfig.from(given)
            .clock(new Asked())
            .currentTimestampFunction(clock -> now, TimeUnit.NANOSECONDS)
            .automaticTransitionFromOpenToHalfOpenEnabled(false)
            .maxWaitDurationInHalfOpenState(Duration.ZERO)
            .waitIntervalFunctionInOpenState(attempt -> {
              long millis = wait.apply(attempt);
              probeAt = now + TimeUnit.MILLISECONDS.toNanos(millis) + 1; // it says: after
              return millis;
            })
            .build();
    this.breaker = CircuitBreaker.of(name, config);
  }

  /** The time of the question. */
  private final class Asked extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plusNanos(now);
    }

    @Override
    public long millis() {
      return TimeUnit.NANOSECONDS.toMillis(now);
    }
  }

  @Override
  public State state() {
    return switch (breaker.getState()) {
      case OPEN, FORCED_OPEN -> State.OPEN;
      case HALF_OPEN -> State.HALF_OPEN;
      case CLOSED, DISABLED, METRICS_ONLY -> State.CLOSED;
    };
  }

  @Override
  public long probeAt() {
    return probeAt;
  }

  @Override
  public boolean tryBegin(long at) {
    now = at;
    return breaker.tryAcquirePermission();
  }

  @Override
  public void succeeded(long at, Duration took) {
    now = at;
    breaker.onSuccess(took.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void failed(long at, Duration took, Throwable reason) {
    now = at;
    breaker.onError(took.toNanos(), TimeUnit.NANOSECONDS, reason);
  }

  @Override
  public void ended(long at) {
    now = at;
    breaker.releasePermission();
  }

  @Override
  public boolean counts(Throwable reason) {
    return !config.getIgnoreExceptionPredicate().test(reason)
        && config.getRecordExceptionPredicate().test(reason);
  }
}
