package dev.millrace.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a processor gets on towards the head of its store.
 *
 * @param percent of the history that it has passed, 0 to 100
 * @param eventsPerSecond how many it has handled lately
 * @param left how long it needs at that pace; null: that cannot be said
 */
public record CatchUp(double percent, double eventsPerSecond, @Nullable Duration left) {}
