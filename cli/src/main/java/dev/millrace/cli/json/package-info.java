/** JSON for programs that read what the command prints: one object a line. */
@NullMarked
package dev.millrace.cli.json;

import org.jspecify.annotations.NullMarked;
