package dev.millrace.cli.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreIdentity;
import java.time.Instant;
import java.util.UUID;

/** Any line of an import is refused with the reason, or an event that an export writes the same. */
final class CloudEventFuzzTest {
  private static final StoreIdentity STORE = new StoreIdentity(new UUID(1, 2), 3);

  @FuzzTest(maxDuration = "2m")
  void anyLine(FuzzedDataProvider chosen) {
    CloudEventReader reader = new CloudEventReader();
    ExchangedEvent event;
    try {
      event = reader.read(chosen.consumeRemainingAsString());
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
      return;
    }
    RecordedEvent recorded =
        new RecordedEvent(
            1,
            event.id(),
            event.event().type(),
            event.event().schemaVersion(),
            Instant.EPOCH,
            event.tenant(),
            event.event().tags(),
            event.event().data(),
            event.metadata());
    String line = new CloudEventWriter(STORE, false).line(recorded, event.size(), event.command());
    assertThat(reader.read(line)).isEqualTo(event);
  }
}
