/**
 * Events, views, deciders, contexts and the runtime that hosts them: what an application is written
 * with.
 *
 * <p>Start at {@link dev.millrace.core.Context}, which puts an application together, and {@link
 * dev.millrace.core.Millrace}, which runs it on an {@link dev.millrace.core.store.EventStore}. User
 * code is plain Java: records, sealed interfaces and pure functions. The runtime's own classes are
 * package-private here: {@code CommandRun} is the life of a command, {@code StateReader} reads
 * views, {@code ProcessorWorker} drives projections and reactions.
 */
@NullMarked
package dev.millrace.core;

import org.jspecify.annotations.NullMarked;
