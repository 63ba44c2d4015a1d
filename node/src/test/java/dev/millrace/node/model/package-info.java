/** Asking for rows over HTTP, without a server. */
@NullMarked
package dev.millrace.node.model;

import org.jspecify.annotations.NullMarked;
