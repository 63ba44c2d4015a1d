package dev.millrace.core;

import dev.millrace.core.store.RecordedEvent;
import java.util.List;

/**
 * Events that are handled together, and what is saved with their effects.
 *
 * @param events in order; none: only the change is saved
 */
record Part(List<RecordedEvent> events, ProgressChange change) {}
