/**
 * What all parts of the API share: problem documents, parameters and their bounds, JSON, positions,
 * and the routes, which the OpenAPI document is held to.
 */
@NullMarked
package dev.millrace.node.http;

import org.jspecify.annotations.NullMarked;
