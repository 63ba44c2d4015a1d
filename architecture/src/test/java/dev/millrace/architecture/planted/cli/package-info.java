/** Planted. */
@NullMarked
package dev.millrace.architecture.planted.cli;

import org.jspecify.annotations.NullMarked;
