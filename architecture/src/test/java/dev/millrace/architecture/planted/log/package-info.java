/** Planted. */
@NullMarked
package dev.millrace.architecture.planted.log;

import org.jspecify.annotations.NullMarked;
