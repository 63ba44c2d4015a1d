package dev.millrace.core;

import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.RecordedEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An append that is gone through again.
 *
 * @param stored its events as stored
 * @param command that caused it, or null
 * @param payload of the command: kept, or made again; null: it is not known
 * @param remade whether the payload was to be made again
 * @param now its events as the new version reads them
 * @param before its events as the old version reads them; empty when there is none
 */
record RehearsedAppend(
    List<RecordedEvent> stored,
    @Nullable CommandRecord command,
    @Nullable Bytes payload,
    boolean remade,
    List<RehearsedEvent> now,
    List<RehearsedEvent> before) {

  long first() {
    return stored.get(0).position();
  }
}
