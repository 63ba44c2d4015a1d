@NullMarked
package dev.millrace.lucene;

import org.jspecify.annotations.NullMarked;
