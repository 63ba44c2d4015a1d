package dev.millrace.lucene;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;

/**
 * What was committed at one moment: the documents, and what the commit says of them. Those who read
 * hold it open; the last closes it.
 *
 * @param reader of the documents
 * @param facts of the commit: checkpoints, versions, blocked keys
 */
record IndexState(DirectoryReader reader, Map<String, String> facts) {

  /** Whether it could be taken; one that was replaced may be closed already. */
  boolean take() {
    return reader.tryIncRef();
  }

  void give() {
    try {
      reader.decRef();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close an old state of the index", e);
    }
  }
}
