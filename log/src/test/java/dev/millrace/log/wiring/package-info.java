/** Tests of what touches the operating system. */
@org.jspecify.annotations.NullMarked
package dev.millrace.log.wiring;
