/** Networks that fail: a proxy that cuts and delays. */
@NullMarked
package dev.millrace.testkit.network;

import org.jspecify.annotations.NullMarked;
