/** Events out: pages by query, one event with cause and effects, histories, and live tails. */
@NullMarked
package dev.millrace.node.event;

import org.jspecify.annotations.NullMarked;
