/** What tests of channels are made of: a channel that fails as networks and brokers do. */
@NullMarked
package dev.millrace.testkit.channel;

import org.jspecify.annotations.NullMarked;
