package dev.millrace.lucene;

import dev.millrace.core.readmodel.ReadModelException;
import dev.millrace.core.readmodel.RowsVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.jspecify.annotations.Nullable;

/**
 * A transaction in a {@link LuceneReadModel}: documents by table and key. What it puts is seen by
 * its own {@link #get}, by searches only when it is committed. Used by one thread, and only until
 * the work that got it returns.
 */
public final class LuceneTransaction {
  /** Most documents that a search gives. */
  public static final int MAX_FOUND = 10_000;

  private static final String TABLE = "millrace_table";
  private static final String KEY = "millrace_key";
  private static final String SEPARATOR = "\n";

  private final IndexSearcher searcher;
  private final Facts facts;
  private final @Nullable RowsVersion version;
  private final Map<String, Optional<Document>> written = new LinkedHashMap<>();
  private final Set<String> cleared = new LinkedHashSet<>();

  LuceneTransaction(IndexState state, @Nullable RowsVersion version) {
    this.searcher = new IndexSearcher(state.reader());
    this.facts = new Facts(state.facts());
    this.version = version;
  }

  Facts facts() {
    return facts;
  }

  boolean isEmpty() {
    return written.isEmpty() && cleared.isEmpty() && !facts.isChanged();
  }

  /**
   * Puts a document in place of the one with this key.
   *
   * @param document what it is found by and what is stored of it; the transaction adds two fields
   */
  public void put(String table, String key, Document document) {
    String placed = kept(table);
    document.removeFields(TABLE);
    document.removeFields(KEY);
    document.add(new StringField(TABLE, placed, Field.Store.NO));
    document.add(new StringField(KEY, placed + SEPARATOR + key, Field.Store.YES));
    written.put(placed + SEPARATOR + key, Optional.of(document));
  }

  /** Removes the document of a key; nothing when there is none. */
  public void delete(String table, String key) {
    written.put(kept(table) + SEPARATOR + key, Optional.empty());
  }

  /** Removes all documents of a table. */
  public void clear(String table) {
    clearPlaced(kept(table));
  }

  private void clearPlaced(String placed) {
    written.keySet().removeIf(key -> key.startsWith(placed + SEPARATOR));
    cleared.add(placed);
  }

  /** The document of a key, with its stored fields. */
  public Optional<Document> get(String table, String key) {
    String placed = placed(table);
    Optional<Document> own = written.get(placed + SEPARATOR + key);
    if (own != null) {
      return own;
    }
    if (cleared.contains(placed)) {
      return Optional.empty();
    }
    return run(new TermQuery(new Term(KEY, placed + SEPARATOR + key)), 1).stream().findFirst();
  }

  /**
   * The documents of a table that a query finds, the best first.
   *
   * @param limit most documents, 1 to {@value #MAX_FOUND}
   */
  public List<Document> search(String table, Query query, int limit) {
    if (limit < 1 || limit > MAX_FOUND) {
      throw new IllegalArgumentException("limit must be 1 to " + MAX_FOUND + ", not " + limit);
    }
    return run(in(table, query), limit);
  }

  /** How many documents of a table a query finds. */
  public int count(String table, Query query) {
    try {
      return searcher.count(in(table, query));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private Query in(String table, Query query) {
    return new BooleanQuery.Builder()
        .add(query, Occur.MUST)
        .add(new TermQuery(new Term(TABLE, placed(table))), Occur.FILTER)
        .build();
  }

  /** The key of a document that was found. */
  public static String keyOf(Document found) {
    String key = found.get(KEY);
    if (key == null) {
      throw new IllegalArgumentException("the document is of no table: " + found);
    }
    return key.substring(key.indexOf(SEPARATOR) + 1);
  }

  private List<Document> run(Query query, int limit) {
    try {
      List<Document> found = new ArrayList<>();
      for (ScoreDoc hit : searcher.search(query, limit).scoreDocs) {
        found.add(searcher.storedFields().document(hit.doc));
      }
      return found;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static ReadModelException unreadable(IOException e) {
    return new ReadModelException("the index cannot be read: " + e.getMessage(), e);
  }

  /** A version's own table, or that of the live version that has it. */
  private String placed(String table) {
    if (table.contains(SEPARATOR)) {
      throw new IllegalArgumentException("a table's name has no line break: '" + table + "'");
    }
    if (version != null) {
      return placed(version.place(), table);
    }
    return placed(facts.livePlace(table), table);
  }

  /** The same, to be changed. */
  private String kept(String table) {
    String placed = placed(table);
    if (version != null) {
      facts.keeps(version, table);
    }
    return placed;
  }

  private static String placed(String place, String table) {
    return place.isEmpty() ? table : place + "." + table;
  }

  /** All documents of a version are gone when this is committed. */
  void drop(RowsVersion of) {
    of.tables().forEach(table -> clearPlaced(placed(of.place(), table)));
    if (!of.place().isEmpty()) {
      cleared.add(of.place() + ".*");
    }
  }

  void apply(IndexWriter writer) throws IOException {
    for (String placed : cleared) {
      if (placed.endsWith(".*")) {
        String prefix = placed.substring(0, placed.length() - 1);
        writer.deleteDocuments(new org.apache.lucene.search.PrefixQuery(new Term(TABLE, prefix)));
      } else {
        writer.deleteDocuments(new Term(TABLE, placed));
      }
    }
    for (Map.Entry<String, Optional<Document>> one : written.entrySet()) {
      Term key = new Term(KEY, one.getKey());
      if (one.getValue().isPresent()) {
        writer.updateDocument(key, one.getValue().get());
      } else {
        writer.deleteDocuments(key);
      }
    }
  }
}
