/**
 * The event store: its words ({@link dev.millrace.core.store.RecordedEvent}, {@link
 * dev.millrace.core.store.Query}, {@link dev.millrace.core.store.AppendCondition}) and its
 * contract, {@link dev.millrace.core.store.EventStore}.
 *
 * <p>Events are bytes with a type name here; what they mean is the business of the packages above.
 * An engine implements {@link dev.millrace.core.store.EventStoreProvider} and extends the contract
 * suite of the test kit.
 */
@NullMarked
package dev.millrace.core.store;

import org.jspecify.annotations.NullMarked;
