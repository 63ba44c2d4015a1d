package dev.millrace.log;

/**
 * A place of a store's files that is not as it was written.
 *
 * @param file its name in the folder
 * @param offset first byte that is known to be wrong
 * @param what is wrong
 */
public record Damage(String file, long offset, String what) {}
