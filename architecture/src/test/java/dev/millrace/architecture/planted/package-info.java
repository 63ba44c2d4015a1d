/** Classes that break a rule on purpose, laid out as the product is, and some that break none. */
@NullMarked
package dev.millrace.architecture.planted;

import org.jspecify.annotations.NullMarked;
