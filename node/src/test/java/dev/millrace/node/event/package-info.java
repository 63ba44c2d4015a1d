/** Reading events over HTTP, without a server. */
@NullMarked
package dev.millrace.node.event;

import org.jspecify.annotations.NullMarked;
