/** Tests of the node over HTTP, with a real store and a real client. */
@NullMarked
package dev.millrace.node;

import org.jspecify.annotations.NullMarked;
