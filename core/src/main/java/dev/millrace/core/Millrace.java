package dev.millrace.core;

import dev.millrace.core.channel.Channel;
import dev.millrace.core.deadline.DeadlineStatus;
import dev.millrace.core.deadline.OpenDeadline;
import dev.millrace.core.lease.Hosting;
import dev.millrace.core.lease.Leases;
import dev.millrace.core.lease.Member;
import dev.millrace.core.personal.Subject;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.RowQuery;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.core.wiring.ProcessName;
import dev.millrace.core.wiring.SystemSeams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs contexts, each on a store of its own: decides commands, and drives projections and
 * reactions. Safe for use from many threads.
 */
public final class Millrace implements AutoCloseable {
  private static final int MAX_MEMBER_NAME = 100;
  private static final Duration DEFAULT_LEASE_TIME = Duration.ofSeconds(5);
  private static final Duration MIN_LEASE_TIME = Duration.ofMillis(500);
  private static final Duration MAX_LEASE_TIME = Duration.ofHours(1);

  private final Seams seams;
  private final Tracing tracing;
  private final List<AppendObserver> appendObservers = new CopyOnWriteArrayList<>();
  private final Map<String, Hosted> contexts = new LinkedHashMap<>();
  private final Map<String, Supplier<ProcessorWorker>> processors = new LinkedHashMap<>();
  private final List<ProcessorWorker> workers = new ArrayList<>();
  private final Map<String, LeaseKeeper> keepers = new LinkedHashMap<>();
  private final List<DeadlineWorker> deadlines = new ArrayList<>();
  private final LogicalChannels channels;

  /** A context and its store. */
  private record Hosted(
      Context context,
      EventStore store,
      StateReader states,
      HistoryStates histories,
      Map<String, ProjectionVersions<?>> projections) {}

  private Millrace(Builder builder) {
    this.seams = builder.seams;
    this.tracing = builder.tracing;
    this.channels = new LogicalChannels(builder.channels, seams);
    for (Map.Entry<Context, EventStore> entry : builder.contexts.entrySet()) {
      Context context = withKeys(entry.getKey(), builder);
      EventStore store = entry.getValue();
      StateReader states =
          new StateReader(context, store, new StateCache(builder.cachedStates), seams.clock());
      Map<String, ProjectionVersions<?>> projections = new LinkedHashMap<>();
      ProjectionDriver.Surroundings surroundings =
          new ProjectionDriver.Surroundings(context, store, seams.scheduler());
      context
          .versions()
          .forEach((name, all) -> projections.put(name, ProjectionVersions.of(all, surroundings)));
      Hosted hosted = new Hosted(context, store, states, new HistoryStates(), projections);
      if (contexts.put(context.name(), hosted) != null) {
        throw new IllegalArgumentException("two contexts are named '" + context.name() + "'");
      }
      if (builder.processing) {
        addProcessors(hosted, builder);
      }
      if (builder.deadlines) {
        deadlines.add(new DeadlineWorker(context, store, seams, this::submit));
      }
    }
    contexts.values().forEach(this::finishForgetting);
    workers.forEach(ProcessorWorker::begin);
    keepers.values().forEach(LeaseKeeper::begin);
    deadlines.forEach(DeadlineWorker::begin);
    channels.begin();
  }

  private static Context withKeys(Context context, Builder builder) {
    SubjectKeys keys = builder.keys.get(context);
    if (keys != null) {
      return context.with(keys);
    }
    if (context.needsKeys()) {
      throw new IllegalArgumentException(
          "context '"
              + context.name()
              + "' has personal values, and needs keys to seal them with: host(context, store,"
              + " keys)");
    }
    return context;
  }

  private void finishForgetting(Hosted hosted) {
    if (hosted.context().protection().keys() != null) {
      new Forgetting(hosted.context(), hosted.store()).finish().join();
    }
  }

  private void addProcessors(Hosted hosted, Builder builder) {
    Context context = hosted.context();
    EventStore store = hosted.store();
    List<ProcessorDriver> drivers = new ArrayList<>();
    for (ProjectionVersions<?> versions : hosted.projections().values()) {
      drivers.addAll(versions.drivers());
    }
    for (Reaction reaction : context.reactions().values()) {
      drivers.add(new ReactionDriver(context, reaction, store, seams.scheduler(), this::submit));
    }
    for (Publication publication : context.publications()) {
      Channel channel = channels.checkedFor(context, publication);
      drivers.add(new PublicationDriver(context, publication, store, seams.scheduler(), channel));
    }
    channels.addInboxes(context, store);
    Optional<LeaseKeeper> keeper =
        store.leases().map(leases -> keeper(context, drivers, leases, builder));
    keeper.ifPresent(made -> keepers.put(context.name(), made));
    for (ProcessorDriver driver : drivers) {
      ProcessorWorker worker = new ProcessorWorker(context, driver, store, seams, tracing);
      if (driver.shares() > 0) {
        keeper.ifPresent(
            made -> worker.holds(made.of(hosting(context, driver), worker::grantsChanged)));
      }
      add(driver, worker, hosted.projections().get(driver.name()));
    }
  }

  private void add(
      ProcessorDriver driver, ProcessorWorker worker, @Nullable ProjectionVersions<?> versions) {
    workers.add(worker);
    if (versions != null) {
      versions.add(driver.version(), worker);
    }
    Supplier<ProcessorWorker> answering = versions == null ? () -> worker : versions::worker;
    boolean isFirst = versions == null || versions.workers().size() == 1;
    if (isFirst && processors.put(driver.name(), answering) != null) {
      throw new IllegalArgumentException("two processors are named '" + driver.name() + "'");
    }
  }

  private static Hosting hosting(Context context, ProcessorDriver driver) {
    return new Hosting(context.name(), driver.leaseName(), driver.version(), driver.shares());
  }

  private LeaseKeeper keeper(
      Context context, List<ProcessorDriver> drivers, Leases leases, Builder builder) {
    List<Hosting> hosts = new ArrayList<>();
    for (ProcessorDriver driver : drivers) {
      if (driver.shares() > 0) {
        hosts.add(hosting(context, driver));
      }
    }
    Member member = new Member(seams.newId(), builder.member, hosts);
    return new LeaseKeeper(leases, seams, member, builder.leaseTime);
  }

  /** Runs one context with the system's clock, chance and threads. */
  public static Millrace host(Context context, EventStore store) {
    return builder().host(context, store).start();
  }

  /** The same for a context with personal values. */
  public static Millrace host(Context context, EventStore store, SubjectKeys keys) {
    return builder().host(context, store, keys).start();
  }

  /** Begins to put contexts together. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects what runs. Not safe for use from several threads. */
  public static final class Builder {
    private final Map<Context, EventStore> contexts = new LinkedHashMap<>();
    private final Map<Context, SubjectKeys> keys = new HashMap<>();
    private final Map<String, Channel> channels = new LinkedHashMap<>();
    private Seams seams = SystemSeams.shared();
    private int cachedStates = StateCache.DEFAULT_CAPACITY;
    private boolean processing = true;
    private boolean deadlines = true;
    private Tracing tracing = Tracing.NONE;
    private String member = ProcessName.current();
    private Duration leaseTime = DEFAULT_LEASE_TIME;

    private Builder() {}

    /** Adds a context; the store is closed with the runtime. */
    public Builder host(Context context, EventStore store) {
      contexts.put(context, store);
      return this;
    }

    /**
     * Adds a context with personal values.
     *
     * @param keys with which they are sealed; contexts that know the same people may share them.
     *     They stay open when the runtime is closed
     */
    public Builder host(Context context, EventStore store, SubjectKeys keys) {
      this.keys.put(context, keys);
      return host(context, store);
    }

    /**
     * Says what carries a logical channel, which publications and inboxes of the contexts name; it
     * is closed with the runtime.
     *
     * @throws IllegalArgumentException when the name has one already
     */
    public Builder channel(String name, Channel channel) {
      if (channels.put(name, channel) != null) {
        throw new IllegalArgumentException("channel '" + name + "' is carried by two");
      }
      return this;
    }

    /** Uses other seams than the system's. */
    public Builder seams(Seams seams) {
      this.seams = seams;
      return this;
    }

    /**
     * Names this process for those who look at who does what, where several share a store; unless
     * set, by its machine and number.
     *
     * @param name 1 to 100 characters
     */
    public Builder member(String name) {
      if (name.isEmpty() || name.length() > MAX_MEMBER_NAME) {
        throw new IllegalArgumentException(
            "a member's name has 1 to " + MAX_MEMBER_NAME + " characters: '" + name + "'");
      }
      this.member = name;
      return this;
    }

    /**
     * For how long a process that is not heard of keeps its share of the work, where several share
     * a store; all of them should say the same.
     *
     * @param time 500 ms to 1 hour; 5 seconds unless set
     */
    public Builder leaseTime(Duration time) {
      if (time.compareTo(MIN_LEASE_TIME) < 0 || time.compareTo(MAX_LEASE_TIME) > 0) {
        throw new IllegalArgumentException(
            "a lease takes " + MIN_LEASE_TIME + " to " + MAX_LEASE_TIME + ": " + time);
      }
      this.leaseTime = time;
      return this;
    }

    /** Makes spans of commands, appends and processors; none unless set. */
    public Builder tracing(Tracing tracing) {
      this.tracing = tracing;
      return this;
    }

    /** Keeps at most so many states in memory for each context; 100,000 unless set. */
    public Builder cachedStates(int most) {
      if (most < 1) {
        throw new IllegalArgumentException("at least one state must be cached: " + most);
      }
      this.cachedStates = most;
      return this;
    }

    /** Does not run projections, reactions, publications, inboxes, deadlines and schedules. */
    public Builder withoutProcessors() {
      this.processing = false;
      this.deadlines = false;
      return this;
    }

    /** Runs deadlines and schedules, and neither projections nor reactions. */
    public Builder withDeadlinesOnly() {
      this.processing = false;
      this.deadlines = true;
      return this;
    }

    /** Starts. */
    public Millrace start() {
      return new Millrace(this);
    }
  }

  /**
   * Decides a command; when it answers {@link Accepted}, its events are durable. Blocks; on a
   * virtual thread that costs nothing.
   *
   * @param id idempotency key, 1 to 512 characters: an accepted command with the same id answers as
   *     the first time
   * @throws ConflictException when it met new events at each of its attempts
   * @throws CommandIdReusedException when the id was used for another command
   * @throws MillraceException what the store says: see {@link EventStore#append}
   * @throws IllegalArgumentException when no context decides it, or what it needs is null
   */
  public <R> Outcome<R> send(Command<R> command, String id) {
    return send(command, CommandEnvelope.of(id));
  }

  /** Decides a command with more than an id; see {@link #send(Command, String)}. */
  public <R> Outcome<R> send(Command<R> command, CommandEnvelope envelope) {
    try {
      return run(command, envelope).start().join();
    } catch (CompletionException e) {
      throw unwrap(e);
    }
  }

  /**
   * Decides a command without blocking the caller.
   *
   * @return completes with the outcome, or exceptionally with what {@link #send} throws
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
  public <R> CompletableFuture<Outcome<R>> submit(Command<R> command, CommandEnvelope envelope) {
    return seams
        .scheduler()
        .call("decide", () -> run(command, envelope).start())
        .thenCompose(outcome -> outcome);
  }

  private <R> CommandRun<R> run(Command<R> command, CommandEnvelope envelope) {
    if (command == null || envelope == null) {
      throw new IllegalArgumentException(
          (command == null ? "the command" : "the envelope of the command") + " is null");
    }
    for (Hosted hosted : contexts.values()) {
      if (hosted.context().decides(command)) {
        return new CommandRun<>(
            hosted.context(),
            hosted.store(),
            hosted.states(),
            seams,
            tracing,
            appendObservers,
            command,
            envelope);
      }
    }
    throw new IllegalArgumentException(
        "no context decides "
            + command.getClass().getSimpleName()
            + "; hosted: "
            + contexts.keySet());
  }

  /**
   * Forgets somebody: destroys the key with which their personal values are sealed, so that these
   * cannot be read any more, wherever they were copied, and appends a {@link SubjectForgotten} to
   * each context that may know them. Blocks.
   *
   * <p>It may be called again, and is finished when the contexts are hosted again, should the
   * process end in the middle.
   *
   * @param subject as in {@code customer:c-1}
   * @return where the events stand; {@link #await} tells when a projection has handled one. None:
   *     nothing personal of this subject was ever stored
   * @throws IllegalArgumentException when no context has personal values of such a subject
   */
  public List<Receipt> forget(Tenant tenant, TagValue subject) {
    List<Hosted> knowing = knowing(subject);
    List<Receipt> receipts = new ArrayList<>();
    try {
      for (Hosted hosted : knowing) {
        receipts.addAll(
            new Forgetting(hosted.context(), hosted.store())
                .forget(new Subject(tenant, subject))
                .join());
      }
    } catch (CompletionException e) {
      throw unwrap(e);
    }
    return receipts;
  }

  /** Forgets somebody of the default tenant; see {@link #forget(Tenant, TagValue)}. */
  public List<Receipt> forget(TagValue subject) {
    return forget(Tenant.DEFAULT, subject);
  }

  /**
   * Lets somebody who was forgotten be known again: what is stored of them from now on is sealed
   * with a new key. What was forgotten stays so. Blocks.
   */
  public void remember(Tenant tenant, TagValue subject) {
    try {
      for (Hosted hosted : knowing(subject)) {
        SubjectKeys keys = hosted.context().protection().keys();
        if (keys != null && keys.wasForgotten(new Subject(tenant, subject))) {
          keys.renew(new Subject(tenant, subject)).join();
        }
      }
    } catch (CompletionException e) {
      throw unwrap(e);
    }
  }

  private List<Hosted> knowing(TagValue subject) {
    List<Hosted> knowing = new ArrayList<>();
    for (Hosted hosted : contexts.values()) {
      if (hosted.context().subjectTags().contains(subject.name())) {
        knowing.add(hosted);
      }
    }
    if (knowing.isEmpty()) {
      throw new IllegalArgumentException(
          "no context has personal values of a "
              + subject.name()
              + "; hosted: "
              + contexts.keySet());
    }
    return knowing;
  }

  /** A view's state of the default tenant, at the head of its store. */
  public <K, S> S read(String context, View<K, S> view, K key) {
    return read(context, view, Tenant.DEFAULT, key);
  }

  /** A view's state, at the head of its store. */
  public <K, S> S read(String context, View<K, S> view, Tenant tenant, K key) {
    Hosted hosted = hosted(context);
    ViewReader reader = hosted.states().reader(view);
    var tag = reader.tag(key);
    StateCache.Cached cached = hosted.states().cached(reader, tenant, tag);
    Object state =
        hosted.states().stateAt(hosted.store().head(), reader, tenant, tag, cached).state();
    return view.stateType().cast(state);
  }

  /**
   * What happened to one thing: the events with its tag, and the states of the views that are keyed
   * by it after each.
   *
   * @param after the position after which to begin; 0: the beginning
   * @param limit most steps, at least 1
   */
  public EntityHistory history(String context, Tenant tenant, TagValue tag, long after, int limit) {
    Hosted hosted = hosted(context);
    return new EntityReader(
            hosted.context(),
            hosted.store(),
            hosted.states(),
            hosted.histories(),
            tenant,
            tag,
            after,
            limit)
        .read();
  }

  /**
   * What followed from an event: what reactions answered it with, in whichever of the contexts that
   * run here, and wherever in their stores.
   *
   * @param context in whose store the event is
   * @param limit most events, at least 1
   */
  public Effects effects(String context, RecordedEvent event, int limit) {
    Hosted hosted = hosted(context);
    Map<String, EventStore> stores = new LinkedHashMap<>();
    contexts.forEach((name, one) -> stores.put(name, one.store()));
    return new EffectsReader(stores, event, limit)
        .read(hosted.context(), reaction -> hasPassed(hosted.context(), reaction, event));
  }

  private boolean hasPassed(Context context, Reaction reaction, RecordedEvent event) {
    Supplier<ProcessorWorker> worker = processors.get(reaction.name());
    return !reaction.handles(event.type(), context.catalog())
        || (worker != null && worker.get().status().position() >= event.position());
  }

  /**
   * Rows of a table that a projection shows, with its checkpoint, as of one moment. Blocks on the
   * database.
   *
   * @throws IllegalArgumentException when there is no such projection, table or column, or a value
   *     does not fit
   */
  public Rows rows(String projection, RowQuery query) {
    return versionsOf(projection).rows(query);
  }

  /**
   * Follows the rows of a query: first all of them, then what changes.
   *
   * @param query of the first page; rows that come to stand on it, or leave it, are changes too
   * @param pause how long after a change the next one comes at the soonest: in between, changes are
   *     put together
   * @throws IllegalArgumentException when there is no such projection
   */
  public RowSubscription subscribe(String projection, RowQuery query, Duration pause) {
    return new RowSubscription(versionsOf(projection), query, seams, pause);
  }

  /** How far a projection's rows are; empty: nothing was handled yet. Blocks on the database. */
  public Optional<Checkpoint> checkpoint(String projection) {
    return versionsOf(projection).checkpoint();
  }

  /**
   * The versions of a projection's rows.
   *
   * @throws IllegalArgumentException when there is no such projection
   */
  public Versions versions(String projection) {
    return versionsOf(projection);
  }

  private ProjectionVersions<?> versionsOf(String name) {
    for (Hosted hosted : contexts.values()) {
      ProjectionVersions<?> found = hosted.projections().get(name);
      if (found != null) {
        return found;
      }
    }
    throw new IllegalArgumentException("there is no projection '" + name + "'");
  }

  /**
   * Waits until a processor has handled the events of a receipt, so that what is read from it
   * includes them.
   *
   * @throws AwaitException when it has not got there in time, or has stopped; the message says why
   * @throws StoreMismatchException when the receipt is of another store or epoch
   */
  public void await(String processor, Receipt receipt, Duration timeout) {
    CompletableFuture<Void> reached = reached(processor, receipt);
    try {
      CompletableFuture.anyOf(reached, seams.scheduler().after(timeout)).join();
    } catch (CompletionException e) {
      throw unwrap(e);
    }
    if (!reached.isDone()) {
      ProcessorStatus status = worker(processor).status();
      throw new AwaitException(
          "processor '"
              + processor
              + "' did not get to position "
              + receipt.last()
              + " within "
              + timeout
              + ": it is "
              + status.state()
              + " at "
              + status.position()
              + (status.problem() == null ? "" : ", " + status.problem()));
    }
  }

  /**
   * Completes when a processor has handled the events of a receipt; exceptionally with an {@link
   * AwaitException} when it stops before, and with a {@link BlockedEventException} when it has
   * passed one that waits behind a dead letter.
   *
   * @throws StoreMismatchException when the receipt is of another store or epoch
   */
  public CompletableFuture<Void> reached(String processor, Receipt receipt) {
    Hosted hosted = hosted(receipt.context());
    if (!hosted.store().identity().equals(receipt.store())) {
      throw new StoreMismatchException(
          "the receipt is of store "
              + receipt.store()
              + ", but context '"
              + receipt.context()
              + "' runs on "
              + hosted.store().identity()
              + "; its positions mean nothing here");
    }
    ProjectionVersions<?> versions = hosted.projections().get(processor);
    return versions == null || versions.workers().isEmpty()
        ? worker(processor).reaching(receipt.first(), receipt.last())
        : versions.reaching(receipt.first(), receipt.last());
  }

  /**
   * A processor that runs.
   *
   * @throws IllegalArgumentException when there is none of this name
   */
  public Processor processor(String name) {
    return worker(name);
  }

  private ProcessorWorker worker(String name) {
    Supplier<ProcessorWorker> worker = processors.get(name);
    if (worker == null) {
      throw new IllegalArgumentException(
          "there is no processor '" + name + "'; there are " + processors.keySet());
    }
    return worker.get();
  }

  /**
   * How all processors stand, in the order in which they were added; of a projection with several
   * versions the one whose rows answer.
   */
  public List<ProcessorStatus> processors() {
    List<ProcessorStatus> all = new ArrayList<>();
    processors.values().forEach(worker -> all.add(worker.get().status()));
    return all;
  }

  /** How all inboxes stand, in the order of the contexts. */
  public List<InboxStatus> inboxes() {
    return channels.inboxes();
  }

  /**
   * An inbox that runs.
   *
   * @throws IllegalArgumentException when there is none of this name
   */
  public RunningInbox inbox(String name) {
    return channels.inbox(name);
  }

  /** How the deadlines and schedules of all contexts stand, in the order of the contexts. */
  public List<DeadlineStatus> deadlines() {
    return deadlines.stream().map(DeadlineWorker::status).toList();
  }

  /** Most deadlines that are listed at once. */
  public static final int MOST_DEADLINES = 10_000;

  /**
   * The open deadlines of a context that are due first, in that order, as of now.
   *
   * @param limit most of them, 1 to {@link #MOST_DEADLINES}
   * @throws IllegalArgumentException when the deadlines of this context do not run here
   */
  public CompletableFuture<List<OpenDeadline>> openDeadlines(String context, int limit) {
    if (limit < 1 || limit > MOST_DEADLINES) {
      throw new IllegalArgumentException("limit must be 1 to " + MOST_DEADLINES + ": " + limit);
    }
    return deadlinesOf(context).open(limit);
  }

  /**
   * Takes a deadline back, as an operator does. Recorded as an event ({@code
   * millrace.deadline-cancelled}) with who asked, and durable when it completes. A command that is
   * already on its way may still be decided.
   *
   * @param actor who asks, for the record
   * @return whether there was one; false: nothing was done
   * @throws IllegalArgumentException when the deadlines of this context do not run here
   */
  public CompletableFuture<Boolean> cancelDeadline(
      String context, Tenant tenant, String key, String actor) {
    return deadlinesOf(context).cancel(tenant, key, actor);
  }

  private DeadlineWorker deadlinesOf(String context) {
    return deadlines.stream()
        .filter(worker -> worker.context().equals(context))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no deadlines of '" + context + "' run here; see Millrace.deadlines()"));
  }

  /**
   * Which processes have the work of a processor, where several share a store: the names of the
   * members that host it, and how many shares of it each has, as of the last look, which is at most
   * some seconds old. Empty: the work is not shared.
   *
   * @throws IllegalArgumentException when there is no processor of this name
   */
  public SortedMap<String, Integer> holders(String processor) {
    ProcessorStatus status = worker(processor).status();
    LeaseKeeper keeper = keepers.get(status.context());
    return keeper == null ? new TreeMap<>() : keeper.holders(worker(processor).leaseName());
  }

  /** Tells an observer of all appends of commands from now on. */
  public void observeAppends(AppendObserver observer) {
    appendObservers.add(observer);
  }

  /** What makes its spans. */
  public Tracing tracing() {
    return tracing;
  }

  /** Clock, chance and threads that it runs with. */
  public Seams seams() {
    return seams;
  }

  /** The contexts that run here, in the order in which they were added. */
  public List<Context> contexts() {
    return contexts.values().stream().map(Hosted::context).toList();
  }

  /** How a context's states were found. */
  public StateActivity states(String context) {
    return hosted(context).states().activity();
  }

  /** A context that runs here, with its keys. */
  public Context context(String name) {
    return hosted(name).context();
  }

  /** The store of a context. */
  public EventStore store(String context) {
    return hosted(context).store();
  }

  private Hosted hosted(String context) {
    Hosted hosted = contexts.get(context);
    if (hosted == null) {
      throw new IllegalArgumentException(
          "there is no context '" + context + "'; there are " + contexts.keySet());
    }
    return hosted;
  }

  /** How many events views have read so far, to see what the cache and snapshots save. */
  long eventsRead(String context) {
    return hosted(context).states().eventsRead();
  }

  /**
   * Lets processors, deadlines and inboxes finish their batch and stops them, and gives back what
   * others may do; commands go on, and the stores stay open.
   *
   * @return completes when none of them moves any more
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
  public CompletableFuture<Void> stopProcessors() {
    return all(Stream.concat(
            workers.stream().map(ProcessorWorker::close),
            Stream.concat(
                deadlines.stream().map(DeadlineWorker::close), Stream.of(channels.stop()))))
        .thenCompose(ended -> all(keepers.values().stream().map(LeaseKeeper::close)));
  }

  private static CompletableFuture<Void> all(Stream<CompletableFuture<Void>> some) {
    return CompletableFuture.allOf(some.toArray(CompletableFuture<?>[]::new));
  }

  /** Stops the processors, then closes channels and stores. Read models stay open. */
  @Override
  public void close() {
    stopProcessors().join();
    channels.close();
    contexts.values().forEach(hosted -> hosted.store().close());
  }

  private static RuntimeException unwrap(CompletionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof RuntimeException failure) {
      return failure;
    }
    return new MillraceException("unexpected: " + cause, cause);
  }
}
