package dev.millrace.node.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.Problem;
import dev.millrace.node.http.Problems;
import dev.millrace.testkit.ModelEventStore;
import io.helidon.common.parameters.Parameters;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.WritableHeaders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Any query gives events that are as it says, or a problem that the client is told. */
final class EventQueryFuzzTest {
  private static final String[] PIECES = {
    "type=",
    "tag=",
    "after=",
    "before=",
    "from=",
    "to=",
    "order=",
    "limit=",
    "cursor=",
    "&",
    "%",
    "made",
    "kept",
    "number%3A1",
    "ascending",
    "descending",
    "2026-11-23T08:00:00Z",
    "1",
    "20"
  };
  private static final EventStore STORE = filled();

  private static EventStore filled() {
    ModelEventStore store =
        ModelEventStore.create(() -> Instant.parse("2026-11-23T08:00:00Z"), new UUID(1, 2));
    for (int number = 0; number < 12; number++) {
      List<TagValue> tags =
          List.of(new TagValue("number", "" + number), new TagValue("odd", "" + number % 2));
      NewEvent made = new NewEvent("made", 1, tags, Bytes.EMPTY);
      NewEvent kept = new NewEvent("kept", 1, tags.subList(0, 1), Bytes.EMPTY);
      Append append = Append.of(new UUID(3, number), List.of(made, kept));
      var _ = store.append(number % 4 == 3 ? append.forTenant(new Tenant("other")) : append).join();
    }
    return store;
  }

  @FuzzTest(maxDuration = "2m")
  void anyQuery(FuzzedDataProvider chosen) {
    StringBuilder raw = new StringBuilder();
    while (chosen.remainingBytes() > 0) {
      raw.append(chosen.consumeBoolean() ? chosen.pickValue(PIECES) : chosen.consumeAsciiString(6));
    }
    EventPaging.Page page;
    EventFilter filter;
    try {
      Params params =
          new Params(
              UriQuery.create(raw.toString()),
              Parameters.empty("path"),
              ServerRequestHeaders.create(WritableHeaders.create()));
      page = new EventPaging(STORE, params.only(names())).read();
      filter = EventFilter.of(params);
    } catch (RuntimeException told) {
      Problem problem = Problems.of(told);
      assertThat(problem.status()).as("%s of '%s'", told, raw).isBetween(400, 499);
      assertThat(problem.toJson()).isNotEmpty();
      return;
    }
    assertThat(page.events()).hasSizeLessThanOrEqualTo(EventPaging.MAX_LIMIT);
    List<Long> positions = new ArrayList<>();
    for (RecordedEvent event : page.events()) {
      positions.add(event.position());
      assertThat(event.tenant()).isEqualTo(Tenant.DEFAULT);
      assertThat(event.tags()).containsAll(filter.tags());
      assertThat(filter.types().isEmpty() || filter.types().contains(event.type())).isTrue();
    }
    assertThat(positions).doesNotHaveDuplicates();
  }

  private static String[] names() {
    return EventPaging.PARAMETERS.toArray(String[]::new);
  }
}
