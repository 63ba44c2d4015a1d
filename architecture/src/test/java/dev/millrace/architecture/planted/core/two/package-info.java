/** Planted. */
@NullMarked
package dev.millrace.architecture.planted.core.two;

import org.jspecify.annotations.NullMarked;
