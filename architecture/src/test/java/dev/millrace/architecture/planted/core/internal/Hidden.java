package dev.millrace.architecture.planted.core.internal;

/** Internal to the planted core. */
public record Hidden(String value) {}
