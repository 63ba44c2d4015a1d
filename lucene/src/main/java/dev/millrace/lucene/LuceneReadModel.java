package dev.millrace.lucene;

import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.core.readmodel.ReadModelException;
import dev.millrace.core.readmodel.RowsVersion;
import dev.millrace.core.store.StoreMismatchException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A read model in a Lucene index, for text search. Documents and checkpoints are one commit of the
 * index, which is durable when a transaction returns, so that each event counts once. Searches see
 * what is committed at one moment, as soon as it is; they wait for nobody. Transactions that write
 * run beside each other until they commit; one that was overtaken is run again.
 *
 * <p>One process has the folder at a time. It cannot be kept by many lanes: each commit takes a
 * sync, so that large batches in one lane are faster. Safe for use from many threads.
 */
public final class LuceneReadModel implements ReadModel<LuceneTransaction> {
  /** A transaction that was overtaken so often is run while nobody else may commit. */
  private static final int OPTIMISTIC = 4;

  private static final Logger LOG = LoggerFactory.getLogger(LuceneReadModel.class);

  private final Path folder;
  private final Directory directory;
  private final Analyzer analyzer;
  private final ReentrantLock commits = new ReentrantLock();
  private IndexWriter writer;
  private volatile IndexState state;
  private volatile boolean closed;

  /** Over a directory of Lucene's. */
  LuceneReadModel(Path folder, Directory directory, Analyzer analyzer) throws IOException {
    this.folder = folder;
    this.analyzer = analyzer;
    this.directory = directory;
    this.writer = openWriter();
    this.state = openState();
  }

  /**
   * Opens the index in a folder, which is made when absent.
   *
   * @throws ReadModelException when another process has it, or it cannot be read
   */
  public static LuceneReadModel open(Path folder) {
    return open(folder, new StandardAnalyzer());
  }

  /**
   * The same with another analyzer of texts.
   *
   * @param analyzer the same each time, or documents are found by other words than they were put
   */
  public static LuceneReadModel open(Path folder, Analyzer analyzer) {
    try {
      return new LuceneReadModel(folder, FSDirectory.open(folder), analyzer);
    } catch (IOException e) {
      throw new ReadModelException(
          "cannot open the index "
              + folder
              + ": "
              + e.getMessage()
              + "; one process has it at a time",
          e);
    }
  }

  private IndexWriter openWriter() throws IOException {
    IndexWriterConfig config = new IndexWriterConfig(analyzer);
    config.setCommitOnClose(false);
    return new IndexWriter(directory, config);
  }

  private IndexState openState() throws IOException {
    Map<String, String> facts = new HashMap<>();
    Iterable<Map.Entry<String, String>> committed = writer.getLiveCommitData();
    if (committed != null) {
      committed.forEach(one -> facts.put(one.getKey(), one.getValue()));
    }
    return new IndexState(DirectoryReader.open(writer), Map.copyOf(facts));
  }

  /** Searches, in a transaction of its own. */
  public <V> V read(Work<LuceneTransaction, V> query) {
    try {
      return transact(query);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ReadModelException("cannot read the index " + folder + ": " + e.getMessage(), e);
    }
  }

  @Override
  public <V> V transact(Work<LuceneTransaction, V> work) throws Exception {
    return transactIn(null, work);
  }

  @Override
  public <V> V transact(RowsVersion version, Work<LuceneTransaction, V> work) throws Exception {
    return transactIn(version, work);
  }

  private <V> V transactIn(@Nullable RowsVersion version, Work<LuceneTransaction, V> work)
      throws Exception {
    for (int attempt = 1; attempt <= OPTIMISTIC; attempt++) {
      Done<V> done = tryOnce(version, work);
      if (done.committed()) {
        return done.result();
      }
    }
    commits.lock();
    try {
      return tryOnce(version, work).result();
    } finally {
      commits.unlock();
    }
  }

  private record Done<V>(boolean committed, V result) {}

  private <V> Done<V> tryOnce(@Nullable RowsVersion version, Work<LuceneTransaction, V> work)
      throws Exception {
    IndexState seen = taken();
    try {
      LuceneTransaction transaction = new LuceneTransaction(seen, version);
      mustBeKept(version, transaction);
      V result = work.run(transaction);
      return new Done<>(transaction.isEmpty() || commit(seen, transaction), result);
    } finally {
      seen.give();
    }
  }

  private static void mustBeKept(@Nullable RowsVersion version, LuceneTransaction transaction) {
    if (version != null && version.isKept() && transaction.facts().kept(version).isEmpty()) {
      throw new StoreMismatchException(
          "documents of version "
              + version.version()
              + " of projection '"
              + version.processor()
              + "' are not kept any more; resume the processor to have it look what there is now");
    }
  }

  private IndexState taken() {
    while (true) {
      if (closed) {
        throw new ReadModelException(
            "the index " + folder + " is closed", new IOException("closed"));
      }
      IndexState now = state;
      if (now.take()) {
        return now;
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same moment, not an equal one
  private boolean commit(IndexState seen, LuceneTransaction transaction) throws IOException {
    commits.lock();
    try {
      if (state != seen) {
        return false;
      }
      Map<String, String> facts = transaction.facts().toCommit();
      try {
        transaction.apply(writer);
        writer.setLiveCommitData(facts.entrySet());
        writer.commit();
      } catch (IOException | RuntimeException | Error failure) {
        giveUp(failure);
        throw failure;
      }
      show(seen, facts);
      return true;
    } finally {
      commits.unlock();
    }
  }

  /** What was committed is seen; that it cannot be read does not undo it. */
  private void show(IndexState seen, Map<String, String> facts) {
    try {
      DirectoryReader newer = DirectoryReader.openIfChanged(seen.reader(), writer);
      if (newer == null) {
        seen.reader().incRef();
        newer = seen.reader();
      }
      state = new IndexState(newer, facts);
      seen.give();
    } catch (IOException | RuntimeException unread) {
      LOG.warn("the index {} is opened again, since it could not be read", folder, unread);
      giveUp(unread);
    }
  }

  /** Nothing of what failed may be in a later commit. */
  private void giveUp(Throwable failure) {
    try {
      writer.rollback();
      writer = openWriter();
      IndexState before = state;
      state = openState();
      before.give();
    } catch (IOException | RuntimeException again) {
      closed = true;
      failure.addSuppressed(again);
      release(again);
      LOG.error("the index {} cannot be opened again; restart the process", folder, failure);
    }
  }

  /** Somebody else, or this process, may open it again. */
  private void release(Throwable because) {
    state.give();
    for (Closeable one : List.<Closeable>of(writer::rollback, directory)) {
      try {
        one.close();
      } catch (IOException | RuntimeException e) {
        because.addSuppressed(e);
      }
    }
  }

  @Override
  public Optional<Checkpoint> checkpoint(
      LuceneTransaction transaction, String context, String processor) {
    return transaction.facts().checkpoint(context, processor);
  }

  @Override
  public void save(LuceneTransaction transaction, Checkpoint checkpoint) {
    transaction.facts().save(checkpoint);
  }

  @Override
  public List<String> blocked(LuceneTransaction transaction, String context, String processor) {
    return transaction.facts().blocked(context, processor);
  }

  @Override
  public void saveBlocked(
      LuceneTransaction transaction,
      String context,
      String processor,
      String id,
      @Nullable String document) {
    transaction.facts().saveBlocked(context, processor, id, document);
  }

  @Override
  public void forgetProgress(LuceneTransaction transaction, String context, String processor) {
    transaction.facts().forgetBlocked(context, processor);
  }

  @Override
  public boolean keepsVersions(boolean createsTables) {
    return true;
  }

  @Override
  public List<RowsVersion> versions(
      LuceneTransaction transaction, String context, String processor) {
    return transaction.facts().versions(context, processor);
  }

  @Override
  public void addVersion(LuceneTransaction transaction, RowsVersion version) {
    transaction.facts().save(version);
  }

  @Override
  public void setState(
      LuceneTransaction transaction, RowsVersion version, RowsVersion.State state) {
    transaction.facts().kept(version).ifPresent(one -> transaction.facts().save(one.in(state)));
  }

  @Override
  public void show(LuceneTransaction transaction, RowsVersion version, List<String> tables) {
    transaction
        .facts()
        .kept(version)
        .ifPresent(one ->
            transaction
                .facts()
                .save(
                    new RowsVersion(
                        one.context(),
                        one.processor(),
                        one.version(),
                        one.place(),
                        one.state(),
                        tables)));
  }

  @Override
  public void dropVersion(LuceneTransaction transaction, RowsVersion version) {
    transaction.drop(version);
    transaction.facts().drop(version);
    transaction.facts().forgetBlocked(version.context(), version.progressName());
    transaction.facts().forgetCheckpoint(version.context(), version.progressName());
  }

  @Override
  public void forgetVersion(LuceneTransaction transaction, RowsVersion version) {
    transaction.facts().drop(version);
  }

  @Override
  public void close() {
    commits.lock();
    try {
      if (!closed) {
        closed = true;
        state.give();
        writer.rollback();
        directory.close();
      }
    } catch (IOException e) {
      // everything that counts was committed; a folder that cannot be closed is given up
      LOG.warn("closing the index {} failed", folder, e);
    } finally {
      commits.unlock();
    }
  }
}
