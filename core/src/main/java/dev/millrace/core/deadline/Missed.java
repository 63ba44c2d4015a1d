package dev.millrace.core.deadline;

/** What is done about occurrences of a schedule that were due while nobody was there. */
public enum Missed {
  /** Each is sent, in their order. */
  ALL,
  /** The last of them is sent. */
  LATEST,
  /** None is sent; one that is late by a minute at most does not count as missed. */
  NONE
}
