/**
 * Archives of a log store in S3-compatible storage: with this module on the class path, {@code
 * s3://bucket/prefix} is a place that segments can move to.
 */
@NullMarked
package dev.millrace.s3;

import org.jspecify.annotations.NullMarked;
