/** Tests of the embedded store through its public face. */
@NullMarked
package dev.millrace.log;

import org.jspecify.annotations.NullMarked;
