package dev.millrace.lucene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.Projection;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.testkit.contract.ReadModelContract;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A text index keeps the contract of read models, and finds words. */
final class LuceneReadModelTest extends ReadModelContract {
  @TempDir Path folder;
  private LuceneReadModel readModel;

  @BeforeEach
  void open() {
    readModel = LuceneReadModel.open(folder);
  }

  @AfterEach
  void close() {
    readModel.close();
  }

  @Override
  protected Projection<?> sums(int version, long factor, Consumer<Added> before) {
    return Projection.named("sums", version)
        .into(readModel)
        .retrying(Retry.attempts(2).backingOff(Duration.ofMillis(2), Duration.ofMillis(5)))
        .showing("sums")
        .clearing(tx -> tx.clear("sums"))
        .on(
            Added.class,
            (event, tx) -> {
              before.accept(event);
              if (factor == 0) {
                return;
              }
              long sum = tx.get("sums", event.key()).map(LuceneReadModelTest::sum).orElse(0L);
              Document document = new Document();
              document.add(new StoredField("sum", sum + factor * event.amount()));
              tx.put("sums", event.key(), document);
            });
  }

  private static long sum(Document document) {
    return document.getField("sum").numericValue().longValue();
  }

  @Override
  protected Map<String, Long> read() {
    return readModel.read(tx -> {
      Map<String, Long> sums = new TreeMap<>();
      for (Document one : tx.search("sums", MatchAllDocsQuery.INSTANCE, 100)) {
        sums.put(LuceneTransaction.keyOf(one), sum(one));
      }
      return sums;
    });
  }

  private static Document text(String text) {
    Document document = new Document();
    document.add(new TextField("text", text, Field.Store.YES));
    return document;
  }

  private List<String> find(String word) {
    return readModel.read(tx ->
        tx.search("notes", new TermQuery(new Term("text", word)), 10).stream()
            .map(LuceneTransaction::keyOf)
            .sorted()
            .toList());
  }

  @Test
  void wordsAreFoundInTheirTable() throws Exception {
    readModel.transact(tx -> {
      tx.put("notes", "1", text("A mill on the brook"));
      tx.put("notes", "2", text("The brook runs dry"));
      tx.put("others", "3", text("brook"));
      assertThat(tx.get("notes", "2")).isPresent();
      return tx;
    });
    assertThat(find("brook")).containsExactly("1", "2");
    readModel.transact(tx -> {
      tx.put("notes", "2", text("The lake"));
      tx.delete("notes", "1");
      return tx;
    });
    assertThat(find("brook")).isEmpty();
    assertThat(find("lake")).containsExactly("2");
    readModel.transact(tx -> {
      tx.clear("notes");
      tx.put("notes", "4", text("brook"));
      return tx;
    });
    assertThat(find("brook")).containsExactly("4");
    assertThat(readModel.<Integer>read(tx -> tx.count("others", MatchAllDocsQuery.INSTANCE)))
        .isOne();
  }

  @Test
  void documentsAndCheckpointAreOneCommit() throws Exception {
    StoreIdentity store = new StoreIdentity(new UUID(1, 2), 3);
    Checkpoint seven = new Checkpoint("notes", "texts", 1, store, 7);
    readModel.transact(tx -> {
      tx.put("notes", "1", text("seven"));
      readModel.save(tx, seven);
      return tx;
    });
    assertThatThrownBy(() ->
            readModel.transact(tx -> {
              tx.put("notes", "1", text("eight"));
              readModel.save(tx, new Checkpoint("notes", "texts", 1, store, 8));
              throw new IllegalStateException("no");
            }))
        .hasMessage("no");
    assertThat(find("seven")).containsExactly("1");
    readModel.close();
    readModel = LuceneReadModel.open(folder);
    assertThat(find("seven")).containsExactly("1");
    Optional<Checkpoint> found = readModel.read(tx -> readModel.checkpoint(tx, "notes", "texts"));
    assertThat(found).contains(seven);
  }

  @Test
  void whoWasOvertakenIsRunAgain() throws Exception {
    int[] runs = {0};
    readModel.transact(tx -> {
      if (runs[0]++ == 0) {
        readModel.transact(other -> {
          other.put("notes", "1", text("other"));
          return other;
        });
      }
      assertThat(tx.get("notes", "1").isPresent()).isEqualTo(runs[0] == 2);
      tx.put("notes", "2", text("mine"));
      return tx;
    });
    assertThat(runs[0]).isEqualTo(2);
    assertThat(find("other")).containsExactly("1");
    assertThat(find("mine")).containsExactly("2");
  }

  /**
   * Fails to open files from the moment on that a commit is durable: once, or for good, but for
   * what a writer reads.
   */
  private static final class UnreadAfterCommit extends FilterDirectory {
    private boolean armed;
    private boolean fails;
    private boolean forGood;

    UnreadAfterCommit(Directory in) {
      super(in);
    }

    @Override
    public void rename(String from, String to) throws IOException {
      super.rename(from, to);
      fails |= armed && to.startsWith("segments_");
    }

    private static boolean isOfReader() {
      return StackWalker.getInstance()
          .walk(frames -> frames.anyMatch(one -> one.getClassName().endsWith("DirectoryReader")));
    }

    @Override
    public IndexInput openInput(String name, IOContext context) throws IOException {
      if (fails && (!forGood || isOfReader())) {
        armed = false;
        fails = forGood;
        throw new IOException("cannot be read");
      }
      return super.openInput(name, context);
    }
  }

  @Test
  void whatWasCommittedIsNotReportedAsFailedWhenItCannotBeRead() throws Exception {
    readModel.close();
    UnreadAfterCommit directory = new UnreadAfterCommit(FSDirectory.open(folder));
    readModel = new LuceneReadModel(folder, directory, new StandardAnalyzer());
    readModel.transact(tx -> {
      tx.put("notes", "1", text("before"));
      return tx;
    });
    directory.armed = true;
    readModel.transact(tx -> {
      tx.put("notes", "2", text("after"));
      return tx;
    });
    assertThat(directory.armed).as("it was not read").isFalse();
    assertThat(find("after")).containsExactly("2");
    assertThat(find("before")).containsExactly("1");
    readModel.transact(tx -> {
      tx.delete("notes", "1");
      return tx;
    });
    assertThat(find("before")).isEmpty();
  }

  @Test
  void anIndexThatCannotBeOpenedAgainIsGivenUpSoThatSomebodyElseCanOpenIt() throws Exception {
    readModel.close();
    UnreadAfterCommit directory = new UnreadAfterCommit(FSDirectory.open(folder));
    readModel = new LuceneReadModel(folder, directory, new StandardAnalyzer());
    directory.armed = true;
    directory.forGood = true;
    readModel.transact(tx -> {
      tx.put("notes", "1", text("durable"));
      return tx;
    });
    assertThatThrownBy(() -> find("durable")).hasMessageContaining("is closed");
    readModel.close();
    readModel = LuceneReadModel.open(folder);
    assertThat(find("durable")).containsExactly("1");
  }

  @Test
  void anotherOneIsRefusedWhileItIsOpen() {
    assertThatThrownBy(() -> LuceneReadModel.open(folder))
        .hasMessageContaining("one process has it at a time");
  }
}
