/** Planted. */
@NullMarked
package dev.millrace.architecture.planted.core;

import org.jspecify.annotations.NullMarked;
