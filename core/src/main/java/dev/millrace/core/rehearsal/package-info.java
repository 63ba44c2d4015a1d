/**
 * What a rehearsal found: decisions, rows and commands of reactions that a new version makes
 * otherwise.
 *
 * <p>{@link dev.millrace.core.Rehearsal} runs one.
 */
@NullMarked
package dev.millrace.core.rehearsal;

import org.jspecify.annotations.NullMarked;
