/**
 * The rules of the design that a machine can hold: which module may use which, where time, chance,
 * threads and disk may be touched, how packages and classes are named. Each rule is shown to fail
 * on the classes in {@link dev.millrace.architecture.planted}.
 */
@NullMarked
package dev.millrace.architecture;

import org.jspecify.annotations.NullMarked;
