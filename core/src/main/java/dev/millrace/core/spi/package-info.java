/** What extenders implement: the {@link dev.millrace.core.spi.Codec} between records and bytes. */
@NullMarked
package dev.millrace.core.spi;

import org.jspecify.annotations.NullMarked;
