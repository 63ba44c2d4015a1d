/** Tests of the parts that all endpoints use. */
@NullMarked
package dev.millrace.node.http;

import org.jspecify.annotations.NullMarked;
