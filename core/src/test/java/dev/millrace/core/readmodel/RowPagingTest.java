package dev.millrace.core.readmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Pages of rows, of both read models. */
final class RowPagingTest {
  private static final List<RowQuery.Order> BY_CITY = List.of(new RowQuery.Order("city", false));
  private static final List<RowQuery.Order> CITY_DOWN = List.of(new RowQuery.Order("city", true));

  record Person(@Nullable String city, int age) {}

  private static JdbcReadModel h2(String key) throws Exception {
    JdbcReadModel h2 = JdbcReadModel.open("jdbc:h2:mem:paging" + System.nanoTime());
    h2.transact(tx ->
        tx.update(
            "CREATE TABLE people (id INT NOT NULL, city VARCHAR(20), age INT, since TIMESTAMP"
                + key
                + ")"));
    return h2;
  }

  private static void insert(JdbcReadModel h2, int id, @Nullable String city) throws Exception {
    h2.transact(tx ->
        tx.update(
            "INSERT INTO people VALUES (?, ?, ?, TIMESTAMP '2026-11-23 09:00:00.123456')",
            id,
            city,
            id * 10));
  }

  private static final List<@Nullable String> CITIES =
      java.util.Arrays.asList("York", null, "Leeds, UK", "York", "Ülm%", null, "Leeds, UK");

  private static void fill(JdbcReadModel h2) throws Exception {
    for (int id = 1; id <= CITIES.size(); id++) {
      insert(h2, id, CITIES.get(id - 1));
    }
  }

  /** The first column of all rows, page by page. */
  private static List<Object> all(
      List<RowQuery.Order> order, int limit, Function<RowQuery, RowPage> read) {
    List<Object> all = new ArrayList<>();
    String cursor = null;
    do {
      RowPage page = read.apply(new RowQuery("people", List.of(), order, cursor, limit));
      all.addAll(ids(page));
      assertThat(page.rows()).hasSizeLessThanOrEqualTo(limit);
      cursor = page.next();
    } while (cursor != null);
    return all;
  }

  private static List<Object> ids(RowPage page) {
    List<Object> ids = new ArrayList<>();
    page.rows().forEach(row -> ids.add(row.get(0)));
    return ids;
  }

  private static RowPage rows(JdbcReadModel h2, RowQuery query) {
    return h2.read(tx -> h2.rows(tx, query));
  }

  @Test
  void everyRowIsMetOnceWhateverTheOrderAndTheSizeOfPages() throws Exception {
    try (JdbcReadModel h2 = h2(", PRIMARY KEY (id)")) {
      fill(h2);
      List<RowQuery.Order> bySince = List.of(new RowQuery.Order("since", false));
      for (int limit = 1; limit <= 8; limit++) {
        assertThat(all(BY_CITY, limit, query -> rows(h2, query)))
            .containsExactly(3, 7, 1, 4, 5, 2, 6);
        assertThat(all(CITY_DOWN, limit, query -> rows(h2, query)))
            .containsExactly(5, 1, 4, 3, 7, 2, 6);
        assertThat(all(bySince, limit, query -> rows(h2, query)))
            .containsExactly(1, 2, 3, 4, 5, 6, 7);
      }
    }
  }

  @Test
  void whatIsInsertedBetweenPagesMovesNothing() throws Exception {
    try (JdbcReadModel h2 = h2(", PRIMARY KEY (id)")) {
      fill(h2);
      RowPage first = rows(h2, new RowQuery("people", List.of(), BY_CITY, null, 3));
      insert(h2, 0, "Aachen");
      h2.transact(tx -> tx.update("DELETE FROM people WHERE id = 3"));
      RowPage second = rows(h2, new RowQuery("people", List.of(), BY_CITY, first.next(), 3));

      assertThat(ids(first)).containsExactly(3, 7, 1);
      assertThat(ids(second)).containsExactly(4, 5, 2);
    }
  }

  @Test
  void aNumberThatIsTooLongToWriteIsRefused() throws Exception {
    try (JdbcReadModel h2 = h2("")) {
      h2.transact(tx -> tx.update("ALTER TABLE people ADD paid DECIMAL(20, 2)"));
      RowQuery.Filter filter = new RowQuery.Filter("paid", RowQuery.Comparison.EQUAL, "1e99999999");

      assertThatThrownBy(
              () -> rows(h2, new RowQuery("people", List.of(filter), List.of(), null, 3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cannot be compared with '1e99999999'");
    }
  }

  @Test
  void nothingIsThePageOfAnEmptyTable() throws Exception {
    for (String key : List.of("", ", PRIMARY KEY (id)")) {
      try (JdbcReadModel h2 = h2(key)) {
        RowPage page = rows(h2, new RowQuery("people", List.of(), BY_CITY, null, 3));

        assertThat(page.rows()).isEmpty();
        assertThat(page.next()).isNull();
      }
    }
  }

  @Test
  void aTableWithoutAKeyIsCounted() throws Exception {
    try (JdbcReadModel h2 = h2("")) {
      fill(h2);
      RowPage first = rows(h2, new RowQuery("people", List.of(), BY_CITY, null, 3));

      assertThat(first.next()).isEqualTo("row:3");
      assertThat(all(BY_CITY, 3, query -> rows(h2, query))).hasSize(7).doesNotHaveDuplicates();
    }
  }

  @Test
  void aCursorOfAnotherQueryIsRefused() throws Exception {
    try (JdbcReadModel h2 = h2(", PRIMARY KEY (id)")) {
      fill(h2);
      String cursor = rows(h2, new RowQuery("people", List.of(), BY_CITY, null, 3)).next();

      assertThatThrownBy(() -> rows(h2, new RowQuery("people", List.of(), CITY_DOWN, cursor, 3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("begin at the first page");
      for (String broken : List.of("x", "row:x", "row:-1", "after:city+id", "after:city+id,=%")) {
        assertThatThrownBy(() -> rows(h2, new RowQuery("people", List.of(), BY_CITY, broken, 3)))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void tablesInMemoryHaveTheSamePages() throws Exception {
    MemoryReadModel memory = new MemoryReadModel();
    memory.transact(tx -> {
      for (int id = 1; id <= CITIES.size(); id++) {
        tx.<Integer, Person>table("people").put(id, new Person(CITIES.get(id - 1), id));
      }
      return true;
    });
    Function<RowQuery, RowPage> read = query -> memory.read(tx -> memory.rows(tx, query));
    for (int limit = 1; limit <= 8; limit++) {
      assertThat(all(BY_CITY, limit, read)).containsExactly(3, 7, 1, 4, 5, 2, 6);
      assertThat(all(CITY_DOWN, limit, read)).containsExactly(5, 1, 4, 3, 7, 2, 6);
    }
    String cursor = read.apply(new RowQuery("people", List.of(), BY_CITY, null, 3)).next();
    memory.transact(tx -> {
      tx.<Integer, Person>table("people").put(0, new Person("Aachen", 1));
      return true;
    });
    assertThat(ids(read.apply(new RowQuery("people", List.of(), BY_CITY, cursor, 1))))
        .containsExactly(4);
  }
}
