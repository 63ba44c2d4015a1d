package dev.millrace.core;

import dev.millrace.core.readmodel.RowsVersion;
import org.jspecify.annotations.Nullable;

/**
 * How a version of a projection's rows stands.
 *
 * @param rows the version, and whether it answers queries
 * @param position how far its rows are
 * @param processor what keeps it up to date; null: nothing in this program does
 * @param catchUp how that gets on; null: nothing does
 */
public record VersionStatus(
    RowsVersion rows,
    long position,
    @Nullable ProcessorStatus processor,
    @Nullable CatchUp catchUp) {}
