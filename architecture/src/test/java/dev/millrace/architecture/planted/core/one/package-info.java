/** Planted. */
@NullMarked
package dev.millrace.architecture.planted.core.one;

import org.jspecify.annotations.NullMarked;
