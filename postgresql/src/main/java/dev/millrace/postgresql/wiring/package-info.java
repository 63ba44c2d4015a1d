/** What is found by the URL's scheme. */
@NullMarked
package dev.millrace.postgresql.wiring;

import org.jspecify.annotations.NullMarked;
