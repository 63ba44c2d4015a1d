/** The default codec: JSON, by Jackson, with every limit set. */
@NullMarked
package dev.millrace.core.json;

import org.jspecify.annotations.NullMarked;
