/** Planted. */
@NullMarked
package dev.millrace.architecture.planted.core.wiring;

import org.jspecify.annotations.NullMarked;
