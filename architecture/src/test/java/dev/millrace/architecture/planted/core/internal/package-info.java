/** Planted. */
@NullMarked
package dev.millrace.architecture.planted.core.internal;

import org.jspecify.annotations.NullMarked;
