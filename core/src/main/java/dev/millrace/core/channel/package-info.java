/**
 * Channels: how messages leave a context and enter another, over whatever broker carries them.
 *
 * <p>{@link dev.millrace.core.channel.Channel} is what a broker's module implements; {@link
 * dev.millrace.core.channel.Message} is a CloudEvent. A channel knows nothing of events, stores and
 * processors: a publication hands it messages, an inbox takes them.
 */
@NullMarked
package dev.millrace.core.channel;

import org.jspecify.annotations.NullMarked;
