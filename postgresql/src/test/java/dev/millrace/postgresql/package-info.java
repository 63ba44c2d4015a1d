@NullMarked
package dev.millrace.postgresql;

import org.jspecify.annotations.NullMarked;
