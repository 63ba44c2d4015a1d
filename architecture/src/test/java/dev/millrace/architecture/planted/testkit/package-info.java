/** Planted. */
@NullMarked
package dev.millrace.architecture.planted.testkit;

import org.jspecify.annotations.NullMarked;
