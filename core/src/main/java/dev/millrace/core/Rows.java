package dev.millrace.core;

import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.RowPage;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a projection, and how far they are: both of one transaction.
 *
 * @param page the rows
 * @param checkpoint every event up to its position is in the rows; null: nothing was handled yet
 */
public record Rows(RowPage page, @Nullable Checkpoint checkpoint) {}
