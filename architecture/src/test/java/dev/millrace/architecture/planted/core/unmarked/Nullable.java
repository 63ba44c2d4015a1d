package dev.millrace.architecture.planted.core.unmarked;

/** In a package that does not say whether its values may be null. */
public record Nullable(String value) {}
