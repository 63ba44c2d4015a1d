/** Tests of single parts of the engine. */
@org.jspecify.annotations.NullMarked
package dev.millrace.log.internal;
