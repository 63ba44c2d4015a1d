package dev.millrace.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.wiring.SystemSeams;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How far off the turns of refusals are. */
final class PacingTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000); // it may overflow
  private final Pacing pacing = new Pacing(SystemSeams.shared().scheduler(), now::get);

  private long last(int refusals) {
    long wait = 0;
    for (int i = 0; i < refusals; i++) {
      wait = pacing.nanosToWait();
    }
    return wait;
  }

  @Test
  void aFewGoOutAtOnce() {
    assertThat(last(100)).isNotPositive();
    assertThat(last(1)).isPositive();
  }

  @Test
  void ofManyEachWaitsForThoseBefore() {
    last(100);

    assertThat(last(8_000)).isEqualTo(1_000_000_000);
  }

  @Test
  void whatIsNotUsedIsSavedUpToABound() {
    last(8_100);

    now.addAndGet(60_000_000_000L);

    assertThat(last(100)).isNotPositive();
    assertThat(last(1)).isPositive();
  }
}
