/**
 * The test kit: what an application, a store or a channel is tested with.
 *
 * <p>This package holds what users of Millrace import; {@link dev.millrace.testkit.sim} drives
 * everything from one seed, with a disk that loses power; {@link dev.millrace.testkit.contract}
 * holds the suites that every engine must pass; {@link dev.millrace.testkit.process} kills real
 * processes; {@link dev.millrace.testkit.history} checks what concurrent clients saw.
 */
@NullMarked
package dev.millrace.testkit;

import org.jspecify.annotations.NullMarked;
