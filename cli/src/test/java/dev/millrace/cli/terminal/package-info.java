@NullMarked
package dev.millrace.cli.terminal;

import org.jspecify.annotations.NullMarked;
