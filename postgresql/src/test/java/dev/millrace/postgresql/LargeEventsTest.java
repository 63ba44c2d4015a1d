package dev.millrace.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Pages end by bytes, too: what is read of a store of large events does not take all memory. */
final class LargeEventsTest {
  private static final int EVENTS = 30;
  private static final int BYTES = 1 << 20;
  private static final long PAGE_BYTES = 9L << 20;
  private static final TagValue TAG = new TagValue("film", "1");

  private final String url = TestServer.shared().url(TestServer.newSchema());

  @Test
  void everyPageOfEveryKindOfReadIsBounded() throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    try (EventStore store = EventStore.open(url)) {
      for (int i = 0; i < EVENTS; i++) {
        byte[] data = new byte[BYTES];
        random.nextBytes(data);
        NewEvent event = new NewEvent("frame", 1, List.of(TAG), Bytes.wrap(data));
        store.append(Append.of(new UUID(1, i), List.of(event))).get(60, TimeUnit.SECONDS);
      }
      for (Query query :
          List.of(Query.all(), Query.tags(TAG), Query.types("frame"), Query.types("frame", "b"))) {
        assertThat(positions(store, query, Direction.FORWARD))
            .as("forward, %s", query)
            .containsExactlyElementsOf(LongStream.rangeClosed(1, EVENTS).boxed().toList());
        List<Long> backward = positions(store, query, Direction.BACKWARD);
        Collections.reverse(backward);
        assertThat(backward)
            .as("backward, %s", query)
            .containsExactlyElementsOf(LongStream.rangeClosed(1, EVENTS).boxed().toList());
      }
    }
  }

  private static List<Long> positions(EventStore store, Query query, Direction direction) {
    List<Long> positions = new ArrayList<>();
    boolean forward = direction == Direction.FORWARD;
    long from = forward ? 1 : EVENTS;
    while (from >= 1 && from <= EVENTS) {
      EventPage page = store.read(query, from, direction, EventStore.MAX_PAGE);
      long bytes = page.events().stream().mapToLong(event -> event.data().length()).sum();
      assertThat(bytes).isLessThanOrEqualTo(PAGE_BYTES);
      page.events().stream().map(RecordedEvent::position).forEach(positions::add);
      assertThat(forward ? page.examined() >= from : page.examined() <= from).isTrue();
      from = forward ? page.examined() + 1 : page.examined() - 1;
    }
    return positions;
  }
}
