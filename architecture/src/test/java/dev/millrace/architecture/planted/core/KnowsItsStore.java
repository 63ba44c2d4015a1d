package dev.millrace.architecture.planted.core;

import dev.millrace.architecture.planted.log.Segment;

/** An arrow that goes backwards. */
public record KnowsItsStore(Segment segment) {}
