/**
 * What those who look after a node use: processors, health, metrics, log levels, the API's
 * document.
 */
@NullMarked
package dev.millrace.node.operation;

import org.jspecify.annotations.NullMarked;
