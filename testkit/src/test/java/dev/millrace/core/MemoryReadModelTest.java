package dev.millrace.core;

import dev.millrace.core.processing.Retry;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.testkit.contract.ReadModelContract;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** In memory. */
final class MemoryReadModelTest extends ReadModelContract {
  private final MemoryReadModel readModel = new MemoryReadModel();

  @Override
  protected Projection<?> sums(int version, long factor, Consumer<Added> before) {
    return Projection.named("sums", version)
        .into(readModel)
        .retrying(Retry.attempts(2).backingOff(Duration.ofMillis(2), Duration.ofMillis(5)))
        .clearing(tables -> tables.<String, Long>table("sums").clear())
        .on(
            Added.class,
            (event, tables) -> {
              before.accept(event);
              if (factor == 0) {
                return;
              }
              tables
                  .<String, Long>table("sums")
                  .merge(event.key(), factor * event.amount(), Long::sum);
            });
  }

  @Override
  protected Map<String, Long> read() {
    return readModel.read(tables -> {
      Map<String, Long> sums = new TreeMap<>();
      tables
          .<String, Long>table("sums")
          .rows()
          .forEach(row -> sums.put(row.getKey(), row.getValue()));
      return sums;
    });
  }

  @Test
  void aVersionThatIsBehindInSomeLanesDoesNotAnswer() {
    withManyLanesAVersionThatIsBehindInSomeDoesNotAnswer();
  }
}
