/**
 * The contract suites: what every engine must do, as JUnit tests that its own tests extend.
 *
 * <p>{@link dev.millrace.testkit.contract.EventStoreContract} is for every event store; {@link
 * dev.millrace.testkit.contract.StoreOnDiskContract} is for one that writes through {@link
 * dev.millrace.core.seam.Disk}. The suites are themselves tested against engines with planted
 * faults.
 */
@NullMarked
package dev.millrace.testkit.contract;

import org.jspecify.annotations.NullMarked;
