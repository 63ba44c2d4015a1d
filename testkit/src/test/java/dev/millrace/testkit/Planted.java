package dev.millrace.testkit;

/** A fault that is planted into a store, and the theme of the contract that must find it. */
enum Planted {
  /** The control: nothing may be found. */
  NOTHING(""),
  LETS_THE_HEAD_LAG("Appending"),
  REUSES_A_POSITION("Appending"),
  REVERSES_AN_APPEND("Appending"),
  SORTS_TAGS("Appending"),
  LOSES_METADATA("Appending"),
  LOSES_THE_COMMAND("Appending"),
  CUTS_LARGE_DATA("Appending"),
  FORGETS_THE_LAST_EVENT_AT_A_RESTART("Appending"),
  FORGETS_IDS_AT_A_RESTART("Repeating"),
  TAKES_OTHER_CONTENT_UNDER_AN_ID("Repeating"),
  JUDGES_THE_CONDITION_BEFORE_THE_ID("Repeating"),
  LETS_A_CONFLICT_USE_THE_ID_UP("Repeating"),
  ANSWERS_A_REPETITION_WITH_ANOTHER_TIME("Repeating"),
  LEAKS_ACROSS_TENANTS("Conditions"),
  TAKES_ANY_TAG_FOR_ALL("Conditions"),
  EXAMINES_FROM_THE_POSITION_ON("Conditions"),
  COUNTS_ITS_OWN_EVENTS("Conditions"),
  CHECKS_NOT_AGAINST_THE_SAME_BATCH("Racing"),
  READS_BACKWARD_IN_FORWARD_ORDER("Reading"),
  SAYS_IT_EXAMINED_EVERYTHING("Reading"),
  IGNORES_THE_LIMIT("Reading"),
  LEAKS_TENANTS_IN_READS("Reading"),
  FINDS_AN_EVENT_ONCE_FOR_EACH_CRITERION("Reading"),
  REPEATS_AN_EVENT_AT_THE_TAIL("Subscribing"),
  NEVER_WAKES("Subscribing"),
  LOSES_EVENTS_BETWEEN_CATCH_UP_AND_LIVE("UnderLoad"),
  SHOWS_HALF_AN_APPEND("UnderLoad"),
  WAITS_FOR_SLOW_SUBSCRIBERS("UnderLoad"),
  CONFUSES_TWO_TAGS("LikeTheModel"),
  IGNORES_FINGERPRINTS("Snapshots"),
  KEEPS_THE_LAST_SNAPSHOT_NOT_THE_NEWEST("Snapshots"),
  TAKES_SNAPSHOTS_OF_ANOTHER_HISTORY("Snapshots"),
  TAKES_APPENDS_AFTER_CLOSING("Closing");

  private final String theme;

  Planted(String theme) {
    this.theme = theme;
  }

  String theme() {
    return theme;
  }
}
