package dev.millrace.testkit.contract;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreIdentity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a store has promised to those who used it before it was cut short. */
final class StoreEvidence {
  private final List<Append> submitted = new ArrayList<>();
  private final Map<UUID, AppendResult> answers = new LinkedHashMap<>();
  private List<RecordedEvent> seen = List.of();
  private @Nullable StoreIdentity identity;

  void submitted(Append append) {
    submitted.add(append);
  }

  void answered(Append append, AppendResult answer) {
    answers.put(append.id(), answer);
  }

  /** What a reader saw, from the beginning to the head. */
  void seen(List<RecordedEvent> events) {
    if (events.size() >= seen.size()) {
      seen = events;
    }
  }

  void opened(StoreIdentity identity) {
    this.identity = identity;
  }

  List<Append> submitted() {
    return submitted;
  }

  @Nullable AppendResult answerTo(Append append) {
    return answers.get(append.id());
  }

  List<RecordedEvent> seen() {
    return seen;
  }

  /** The store's identity, once something has been stored under it. */
  @Nullable StoreIdentity identity() {
    return answers.isEmpty() ? null : identity;
  }
}
