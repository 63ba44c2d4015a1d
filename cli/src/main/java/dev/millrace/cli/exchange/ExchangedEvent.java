package dev.millrace.cli.exchange;

import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Tenant;
import org.jspecify.annotations.Nullable;

/**
 * An event as a line has it.
 *
 * @param id of its append, and its place there
 * @param size how many events the append has
 * @param tenant whose it is
 * @param event what is appended
 * @param metadata of the append
 * @param command of the append; null when there was none, and on all but the first event
 */
record ExchangedEvent(
    EventId id,
    int size,
    Tenant tenant,
    NewEvent event,
    Metadata metadata,
    @Nullable CommandRecord command) {}
