package dev.millrace.architecture.planted.core.two;

import dev.millrace.architecture.planted.core.one.First;

/** The other half. */
public record Second(First.Part part) {}
