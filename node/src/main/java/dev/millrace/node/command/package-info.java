/** Commands in: JSON by type with an idempotency key, and CloudEvents over HTTP. */
@NullMarked
package dev.millrace.node.command;

import org.jspecify.annotations.NullMarked;
