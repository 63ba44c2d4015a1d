package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.TagValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reads of the growth are checked against this. */
final class HistoryTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 10, 25, 1_000, 12_340})
  void givesEachEntityTenEventsAllOverTheHistory(long events) {
    History history = new History(events);

    Map<TagValue, List<Long>> positions = new HashMap<>();
    for (long position = 1; position <= history.events(); position++) {
      List<TagValue> tags = history.event(position).tags();
      positions.computeIfAbsent(tags.getFirst(), _ -> new ArrayList<>()).add(position);
    }

    assertThat(positions).hasSize((int) history.entities());
    for (long entity = 0; entity < history.entities(); entity++) {
      List<Long> own = positions.get(History.tag(entity));
      assertThat(own).hasSize(History.ROUNDS);
      assertThat(own.getLast()).isEqualTo(history.last(entity));
      for (int round = 0; round < History.ROUNDS; round++) {
        assertThat((own.get(round) - 1) / history.entities()).isEqualTo(round);
      }
    }
  }
}
