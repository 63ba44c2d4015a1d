/**
 * Channels over Kafka: {@code kafka://broker:9092/topic}. Messages are CloudEvents in Kafka's
 * binding; a group's offsets are committed in order, behind the oldest message that was not
 * acknowledged.
 */
@NullMarked
package dev.millrace.kafka;

import org.jspecify.annotations.NullMarked;
