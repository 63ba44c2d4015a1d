/**
 * Channels over Amazon SQS and SNS: {@code sqs://eu-central-1/orders.fifo} is a queue, {@code
 * sns://eu-central-1/orders.fifo} a topic with a queue for each group. Messages are CloudEvents; a
 * message is deleted when it was acknowledged, and stays hidden from others until then.
 */
@NullMarked
package dev.millrace.aws;

import org.jspecify.annotations.NullMarked;
