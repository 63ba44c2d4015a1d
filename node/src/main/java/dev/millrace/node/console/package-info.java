/** The web console: files of the class path, served with the headers that keep a page safe. */
@NullMarked
package dev.millrace.node.console;

import org.jspecify.annotations.NullMarked;
