package dev.millrace.log.internal;

/**
 * What an index file is made of: the entries of a run, in the order in which a file has them. Keys
 * and ids are as they stand in a file ({@link IndexFile#stored}).
 */
interface IndexSource {
  /** How many events. */
  int events();

  /** How many postings all keys have together. */
  int postings();

  /** How many appends. */
  int appends();

  /** Where an event begins in its segment. */
  int offset(int ordinal);

  /** The hashes of the tenants. */
  long[] tenants();

  /** Begins with the first key. */
  Keys keys();

  /** Begins with the first id. */
  Ids ids();

  /** The keys, ascending, each once. */
  interface Keys {
    /** Goes on to the next; false when there is none. */
    boolean next();

    /** The key. */
    long stored();

    /** How many postings it has. */
    int size();

    /** One of its postings, an ordinal; ascending. */
    int posting(int number);
  }

  /** The append ids, ascending; several may be equal. */
  interface Ids {
    /** Goes on to the next; false when there is none. */
    boolean next();

    /** The hash. */
    long stored();

    /** The ordinal of the append's first event. */
    int firstEvent();
  }
}
