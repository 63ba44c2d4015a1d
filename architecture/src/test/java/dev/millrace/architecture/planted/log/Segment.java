package dev.millrace.architecture.planted.log;

import dev.millrace.architecture.planted.core.internal.Hidden;

/** Uses the internals of another module. */
public record Segment(Hidden hidden) {}
