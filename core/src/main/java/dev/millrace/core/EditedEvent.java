package dev.millrace.core;

import dev.millrace.core.processing.DeadLetter;
import dev.millrace.core.store.RecordedEvent;

/** An event as it is handled when an operator has corrected its payload. */
final class EditedEvent {
  private EditedEvent() {}

  static RecordedEvent of(RecordedEvent event, DeadLetter.Edit edit) {
    return new RecordedEvent(
        event.position(),
        event.id(),
        event.type(),
        edit.schemaVersion(),
        event.time(),
        event.tenant(),
        event.tags(),
        edit.data(),
        event.metadata());
  }
}
