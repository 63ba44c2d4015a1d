/** The console's files, without a server. */
@NullMarked
package dev.millrace.node.console;

import org.jspecify.annotations.NullMarked;
