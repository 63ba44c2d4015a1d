package dev.millrace.node.operation;

import dev.millrace.core.Millrace;
import dev.millrace.core.ProcessorStatus;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How long a processor is behind: the age of the oldest event that it has not passed yet. */
final class Lag {
  private Lag() {}

  static Optional<Duration> of(ProcessorStatus processor, Millrace millrace) {
    if (processor.lag() == 0) {
      return Optional.of(Duration.ZERO);
    }
    List<RecordedEvent> next =
        millrace
            .store(processor.context())
            .read(Query.all().acrossTenants(), processor.position() + 1, Direction.FORWARD, 1)
            .events();
    if (next.isEmpty()) {
      return Optional.empty();
    }
    Instant now = millrace.seams().clock().instant();
    Duration age = Duration.between(next.get(0).time(), now);
    return Optional.of(age.isNegative() ? Duration.ZERO : age);
  }
}
