package dev.millrace.postgresql;

import static dev.millrace.core.Decision.accept;
import static dev.millrace.core.Decision.reject;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.Command;
import dev.millrace.core.CommandIdReusedException;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.Tag;
import dev.millrace.core.View;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.testkit.history.History;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;

/** Commands that are written beside the application's own rows, by whatever writes these. */
public class CommandQueueTest {
  record Reserved(String seat) {}

  record Taken(String seat) {}

  record Reserve(String seat) implements Command<Taken> {}

  private static final Tag<String> SEAT = Tag.named("seat");

  private static final View<String, Boolean> RESERVED =
      View.of(Boolean.class)
          .keyed(SEAT)
          .starting(false)
          .on(Reserved.class, (reserved, event) -> true);

  private static final Context THEATRE =
      Context.named("theatre")
          .events(
              Events.of(Reserved.class).tag(SEAT, Reserved::seat).name("reserved", Reserved.class))
          .on(Reserve.class)
          .reading(RESERVED, Reserve::seat)
          .decide((reserved, command) ->
              reserved
                  ? reject(new Taken(command.seat()))
                  : accept(new Reserved(sound(command.seat()))))
          .build();

  private static String sound(String seat) {
    if (seat.startsWith("endless")) {
      throw new StackOverflowError("the decider calls itself");
    }
    if (seat.startsWith("broken")) {
      throw new IllegalStateException("the decider has a fault");
    }
    return seat;
  }

  private final String schema = TestServer.newSchema();
  private final PostgresqlOptions options =
      PostgresqlOptions.parse(TestServer.shared().url(schema) + "&poll-millis=20");
  private final CommandQueue queue = CommandQueue.of(THEATRE, options);
  private EventStore store;
  private Millrace millrace;

  @BeforeEach
  void start() throws Exception {
    store = EventStore.open(TestServer.shared().url(schema));
    millrace = Millrace.host(THEATRE, store);
    TestServer.shared().execute("CREATE TABLE " + schema + ".booking (seat text PRIMARY KEY)");
  }

  @AfterEach
  void stop() {
    millrace.close();
    store.close();
  }

  private static PGSimpleDataSource dataSource() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL("jdbc:postgresql://localhost:" + TestServer.shared().port() + "/postgres");
    source.setUser("postgres");
    return source;
  }

  private List<String> seats() {
    List<String> seats = new ArrayList<>();
    for (RecordedEvent event : History.everything(store)) {
      seats.add(((Reserved) THEATRE.readEvent(event)).seat());
    }
    return seats;
  }

  private long count(String table, String where) throws Exception {
    try (Connection connection = TestServer.shared().connect();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM " + schema + "." + table + " WHERE " + where)) {
      row.next();
      return row.getLong(1);
    }
  }

  private void awaitDecided() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (count("command_queue", "state = 'waiting'") > 0) {
      assertThat(System.nanoTime()).as("until all is decided").isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  private void book(Connection connection, String seat) throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute("INSERT INTO " + schema + ".booking VALUES ('" + seat + "')");
    }
    queue.enqueue(connection, new Reserve(seat), "book-" + seat);
  }

  @Test
  void whatIsCommittedIsDecidedOnceInOrderAndWhatIsRolledBackNever() throws Exception {
    try (CommandQueue.Running running = queue.start(millrace);
        Connection connection = dataSource().getConnection()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 40; i++) {
        book(connection, "seat-" + i);
        if (i % 4 == 3) {
          connection.rollback(); // the last of them, and nothing else
        } else {
          connection.commit();
        }
      }
      running.wake();
      awaitDecided();
    }
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      if (i % 4 != 3) {
        expected.add("seat-" + i);
      }
    }
    assertThat(seats()).isEqualTo(expected);
    assertThat(count("booking", "true")).isEqualTo(expected.size());
    assertThat(count("command_queue", "true")).isZero();
  }

  @Test
  void nothingIsDecidedBeforeTheCommit() throws Exception {
    try (Connection connection = dataSource().getConnection()) {
      connection.setAutoCommit(false);
      book(connection, "early");
      try (CommandQueue.Running running = queue.start(millrace);
          Connection other = dataSource().getConnection()) {
        other.setAutoCommit(false);
        book(other, "later");
        other.commit(); // does not wait for the one that is open
        awaitDecided();
        assertThat(seats()).containsExactly("later");
        connection.commit();
        awaitDecided();
      }
    }
    assertThat(seats()).containsExactly("later", "early");
  }

  @Test
  void aRejectionStaysForPeopleAndAFaultHoldsUpNobody() throws Exception {
    try (Connection connection = dataSource().getConnection()) {
      queue.enqueue(connection, new Reserve("broken-1"), "b");
      queue.enqueue(connection, new Reserve("endless-1"), "e");
      queue.enqueue(connection, new Reserve("a"), "first");
      queue.enqueue(connection, new Reserve("a"), "first"); // once more, by mistake
      queue.enqueue(connection, new Reserve("a"), "second");
      assertThatThrownBy(() -> queue.enqueue(connection, new Reserve("c"), "first"))
          .isInstanceOf(CommandIdReusedException.class);
    }
    try (CommandQueue.Running running = queue.start(millrace)) {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (count("command_queue", "state = 'rejected' OR attempts > 1") < 3) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
    }
    assertThat(seats()).containsExactly("a");
    assertThat(count("command_queue", "id = 'second' AND outcome LIKE '%\"a\"%'")).isEqualTo(1);
    assertThat(count("command_queue", "id = 'e' AND outcome LIKE '%StackOverflow%'")).isEqualTo(1);
    assertThat(count("command_queue", "id = 'b' AND outcome LIKE '%fault%'")).isEqualTo(1);
  }

  @Test
  void severalProcessesDecideEachCommandOnce() throws Exception {
    try (EventStore otherStore = EventStore.open(TestServer.shared().url(schema));
        Millrace other = Millrace.host(THEATRE, otherStore);
        CommandQueue.Running one = queue.start(millrace);
        CommandQueue.Running two = queue.start(other);
        Connection connection = dataSource().getConnection()) {
      for (int i = 0; i < 100; i++) {
        queue.enqueue(connection, new Reserve("s" + i), "id-" + i);
      }
      awaitDecided();
    }
    assertThat(seats()).hasSize(100).doesNotHaveDuplicates();
  }

  @Test
  void hibernateCommitsAndRollsBack() throws Exception {
    Properties settings = new Properties();
    settings.put("hibernate.connection.datasource", dataSource());
    settings.put("hibernate.default_schema", schema);
    try (SessionFactory sessions =
            new Configuration().addProperties(settings).buildSessionFactory();
        CommandQueue.Running running = queue.start(millrace)) {
      for (String seat : List.of("kept", "dropped")) {
        try (Session session = sessions.openSession()) {
          var transaction = session.beginTransaction();
          session
              .createNativeMutationQuery("INSERT INTO " + schema + ".booking VALUES (:seat)")
              .setParameter("seat", seat)
              .executeUpdate();
          session.doWork(
              connection -> queue.enqueue(connection, new Reserve(seat), "book-" + seat));
          if (seat.equals("kept")) {
            transaction.commit();
          } else {
            transaction.rollback();
          }
        }
      }
      awaitDecided();
    }
    assertThat(seats()).containsExactly("kept");
    assertThat(count("booking", "true")).isEqualTo(1);
  }

  /** The application's own bean, as Spring knows it. */
  public static class Booking {
    private final JdbcTemplate database;
    private final DataSource source;
    private CommandQueue queue;
    private String schema = "";

    Booking(DataSource source) {
      this.database = new JdbcTemplate(source);
      this.source = source;
    }

    /** For the proxy that Spring makes. */
    @Transactional
    public void book(String seat, boolean fails) throws Exception {
      database.update("INSERT INTO " + schema + ".booking VALUES (?)", seat);
      queue.enqueue(DataSourceUtils.getConnection(source), new Reserve(seat), "book-" + seat);
      if (fails) {
        throw new IllegalStateException("after the command was written");
      }
    }

    /** Through the proxy, so that the bean itself is told. */
    public void use(CommandQueue queue, String schema) {
      this.queue = queue;
      this.schema = schema;
    }
  }

  /** The application's wiring. */
  @EnableTransactionManagement
  public static class Wiring {
    /** The database. */
    @Bean
    public DataSource source() {
      return dataSource();
    }

    /** Spring's transactions. */
    @Bean
    public PlatformTransactionManager transactions(DataSource source) {
      return new DataSourceTransactionManager(source);
    }

    /** The bean. */
    @Bean
    public Booking booking(DataSource source) {
      return new Booking(source);
    }
  }

  @Test
  void springCommitsAndRollsBack() throws Exception {
    try (AnnotationConfigApplicationContext application =
            new AnnotationConfigApplicationContext(Wiring.class);
        CommandQueue.Running running = queue.start(millrace)) {
      Booking booking = application.getBean(Booking.class);
      booking.use(queue, schema);
      booking.book("kept", false);
      assertThatThrownBy(() -> booking.book("dropped", true))
          .isInstanceOf(IllegalStateException.class);
      awaitDecided();
    }
    assertThat(seats()).containsExactly("kept");
    assertThat(count("booking", "true")).isEqualTo(1);
  }
}
