package dev.millrace.core.processing;

/**
 * Why an event could not be handled.
 *
 * @param exception the class of the exception
 * @param message what it said, shortened; where the event has personal values, only its shape
 * @param fingerprint the same for failures that most likely have one reason: made of the classes of
 *     the exception and its causes, where the innermost was thrown, and the shape of its message,
 *     without numbers and quoted values
 */
public record FailureCause(String exception, String message, String fingerprint) {}
