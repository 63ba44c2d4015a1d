package dev.millrace.core.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.core.store.StoreMovedException;
import dev.millrace.core.store.StoreUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RetryTest {
  private final RandomGenerator random = new SplittableRandom(1);

  @Test
  void waitsDoubleUpToTheLongest() {
    Retry retry =
        Retry.attempts(9).backingOff(Duration.ofMillis(100), Duration.ofSeconds(1)).jitter(0);
    assertThat(retry.backoff(1, random)).isEqualTo(Duration.ofMillis(100));
    assertThat(retry.backoff(2, random)).isEqualTo(Duration.ofMillis(200));
    assertThat(retry.backoff(4, random)).isEqualTo(Duration.ofMillis(800));
    assertThat(retry.backoff(5, random)).isEqualTo(Duration.ofSeconds(1));
    assertThat(retry.backoff(Retry.WITHOUT_END, random)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void jitterSpreadsWaitsAroundTheirLength() {
    long least = Long.MAX_VALUE;
    long most = 0;
    for (int i = 0; i < 1_000; i++) {
      long millis = Retry.DEFAULT.backoff(1, random).toMillis();
      least = Math.min(least, millis);
      most = Math.max(most, millis);
    }
    assertThat(least).isBetween(80L, 85L);
    assertThat(most).isBetween(115L, 120L);
  }

  @Test
  void theLastRuleThatFitsAFailureOrItsCauseCounts() {
    Retry retry =
        Retry.attempts(5)
            .on(RuntimeException.class, 3)
            .on(IOException.class, Retry.WITHOUT_END)
            .on(IllegalArgumentException.class, 1);
    assertThat(retry.attemptsFor(new Exception("other"))).isEqualTo(5);
    assertThat(retry.attemptsFor(new IllegalStateException("any"))).isEqualTo(3);
    assertThat(retry.attemptsFor(new IllegalArgumentException("never"))).isEqualTo(1);
    assertThat(retry.attemptsFor(new UncheckedIOException(new IOException("away"))))
        .isEqualTo(Retry.WITHOUT_END);
  }

  @Test
  void connectionsThatBreakAreTriedWithoutEnd() {
    assertThat(Retry.DEFAULT.attemptsFor(new SQLException("broken pipe", "08006")))
        .isEqualTo(Retry.WITHOUT_END);
    assertThat(Retry.DEFAULT.attemptsFor(new SQLException("shutting down", "57P01")))
        .isEqualTo(Retry.WITHOUT_END);
    assertThat(Retry.DEFAULT.attemptsFor(new SQLException("no such column", "42703")))
        .isEqualTo(Retry.DEFAULT_ATTEMPTS);
  }

  @Test
  void conflictsBetweenTransactionsAndAStoreThatIsAwayAreNotTheEventsFault() {
    for (String state : new String[] {"40001", "40P01", "55P03"}) {
      assertThat(Retry.DEFAULT.attemptsFor(new SQLException("run it again", state)))
          .isEqualTo(Retry.WITHOUT_END);
    }
    assertThat(Retry.DEFAULT.attemptsFor(new StoreUnavailableException("no answer")))
        .isEqualTo(Retry.WITHOUT_END);
    assertThat(Retry.DEFAULT.attemptsFor(new SQLException("constraint at commit", "40002")))
        .isEqualTo(Retry.DEFAULT_ATTEMPTS);
  }

  @Test
  void aStoreThatWasMovedReplacedClosedOrLatchedMakesNoDeadLetters() {
    List<RuntimeException> gone =
        List.of(
            new StoreMovedException(new StoreIdentity(new UUID(0, 1), 1), "elsewhere"),
            new StoreMismatchException("another history"),
            new StoreClosedException("closed"),
            new StoreFailedException("latched"));
    for (RuntimeException failure : gone) {
      assertThat(Retry.DEFAULT.attemptsFor(new IllegalStateException("not handled", failure)))
          .as("%s", failure)
          .isEqualTo(Retry.WITHOUT_END);
    }
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Retry.attempts(0));
    assertThatIllegalArgumentException().isThrownBy(() -> Retry.DEFAULT.jitter(1.1));
    assertThatIllegalArgumentException().isThrownBy(() -> Retry.DEFAULT.timeLimit(Duration.ZERO));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Retry.DEFAULT.backingOff(Duration.ofSeconds(2), Duration.ofSeconds(1)));
  }
}
