/**
 * The node: an application of Millrace as a process behind HTTP.
 *
 * <p>Commands go in, events and read models come out, and those who look after it see and operate
 * what runs. {@link dev.millrace.node.Node} starts it. The packages below hold one part of the API
 * each; {@code http} holds what they share.
 */
@NullMarked
package dev.millrace.node;

import org.jspecify.annotations.NullMarked;
