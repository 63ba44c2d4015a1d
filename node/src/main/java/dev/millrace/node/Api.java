package dev.millrace.node;

import dev.millrace.core.Millrace;
import dev.millrace.core.store.MillraceException;
import dev.millrace.node.command.CommandEndpoint;
import dev.millrace.node.console.ConsoleEndpoint;
import dev.millrace.node.event.EventEndpoint;
import dev.millrace.node.event.TailEndpoint;
import dev.millrace.node.http.AnnouncedBodies;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Bodies;
import dev.millrace.node.http.Contexts;
import dev.millrace.node.http.Gate;
import dev.millrace.node.http.OwnSite;
import dev.millrace.node.http.Problem;
import dev.millrace.node.http.ProblemException;
import dev.millrace.node.http.Problems;
import dev.millrace.node.http.Routes;
import dev.millrace.node.model.ReadModelEndpoint;
import dev.millrace.node.model.RowStreams;
import dev.millrace.node.operation.CommandMetrics;
import dev.millrace.node.operation.DeadLetterEndpoint;
import dev.millrace.node.operation.DeadlineEndpoint;
import dev.millrace.node.operation.HealthEndpoint;
import dev.millrace.node.operation.LogLevelEndpoint;
import dev.millrace.node.operation.MetricsEndpoint;
import dev.millrace.node.operation.OpenApiEndpoint;
import dev.millrace.node.operation.OverviewEndpoint;
import dev.millrace.node.operation.ProcessorEndpoint;
import dev.millrace.node.operation.StoreKeyEndpoint;
import dev.millrace.node.operation.SubjectEndpoint;
import dev.millrace.node.operation.VersionEndpoint;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/** All endpoints of a node, put together. */
final class Api implements AutoCloseable {
  private final Millrace millrace;
  private final Blocking blocking;
  private final NodeOptions options;
  private final NodeLimits limits;
  private final Contexts contexts;
  private final HealthEndpoint health;
  private final TailEndpoint tails;
  private final RowStreams streams;
  private final Gate commands;
  private final Gate queries;
  private final Gate waits;
  private final Gate followers;
  private volatile List<String> routes = List.of();

  Api(Millrace millrace, Blocking blocking, NodeOptions options) {
    this.millrace = millrace;
    this.blocking = blocking;
    this.options = options;
    this.limits = options.limits();
    this.contexts = new Contexts(millrace);
    this.commands = new Gate("commands", limits.commands());
    this.queries = new Gate("queries", limits.queries());
    this.waits = new Gate("waits", limits.tails());
    this.followers = new Gate("tails", limits.tails());
    this.health = new HealthEndpoint(millrace, blocking);
    this.streams = new RowStreams(millrace, followers, limits.heartbeat());
    this.tails = new TailEndpoint(millrace, contexts, blocking, followers, limits.heartbeat());
  }

  /** Registers all routes. */
  void route(HttpRouting.Builder routing) {
    routing.addFilter(new AnnouncedBodies());
    routing.addFilter(new OwnSite(options.names()));
    PrometheusRegistry registry = new PrometheusRegistry();
    CommandMetrics metrics = new CommandMetrics(registry);
    millrace.observeAppends(metrics::appended);
    Bodies bodies = new Bodies(millrace.seams().scheduler(), limits.readTimeout());
    Routes all = new Routes(routing);
    new CommandEndpoint(millrace, contexts, commands, bodies, metrics).register(all);
    new EventEndpoint(millrace, contexts, blocking, queries).register(all);
    tails.register(all);
    new ReadModelEndpoint(
            millrace, contexts, blocking, queries, waits, limits.longestWait(), streams)
        .register(all);
    new ProcessorEndpoint(millrace, blocking).register(all);
    new VersionEndpoint(millrace, blocking).register(all);
    new DeadLetterEndpoint(millrace, blocking, bodies).register(all);
    new DeadlineEndpoint(millrace, blocking).register(all);
    new StoreKeyEndpoint(millrace, contexts, bodies).register(all);
    new SubjectEndpoint(millrace, contexts, blocking, bodies).register(all);
    new OverviewEndpoint(millrace, contexts, blocking, metrics, tails::following).register(all);
    new LogLevelEndpoint(bodies).register(all);
    new MetricsEndpoint(registry, millrace, blocking, List.of(commands, queries, waits, followers))
        .register(all);
    health.register(all);
    new OpenApiEndpoint(contexts).register(all);
    new ConsoleEndpoint().register(all);
    routes = all.known();
    routing.any(Api::unknown);
    routing.error(Throwable.class, Api::failed);
  }

  /** The routes, to hold the document to them. */
  List<String> routes() {
    return routes;
  }

  private static void unknown(ServerRequest request, ServerResponse response) {
    throw Problem.notFound(
            "nothing answers "
                + request.prologue().method().text()
                + " here; /openapi.json says what there is")
        .exception();
  }

  private static void failed(ServerRequest request, ServerResponse response, Throwable failure) {
    if (failure instanceof CloseConnectionException closed) {
      throw closed;
    }
    if (response.isSent()) {
      throw new CloseConnectionException("failed after the answer had begun", failure);
    }
    boolean isUnclear = !isOurs(failure);
    if (isUnclear) {
      response.header(HeaderValues.CONNECTION_CLOSE);
    }
    problem(failure).send(response);
    if (isUnclear || response.headers().contains(HeaderValues.CONNECTION_CLOSE)) {
      throw new CloseConnectionException("what follows may be the rest of a body", failure);
    }
  }

  /** Whether the request was read as it should be, so that the next one follows. */
  private static boolean isOurs(Throwable failure) {
    return failure instanceof ProblemException
        || failure instanceof MillraceException
        || failure instanceof IllegalArgumentException;
  }

  private static Problem problem(Throwable failure) {
    return switch (failure) {
      case HttpException known -> TransportProblems.of(known.status().code(), known.getMessage());
      case RequestException known ->
          TransportProblems.of(known.status().code(), known.getMessage());
      default -> Problems.of(failure);
    };
  }

  /** No longer ready; ends tails. */
  @Override
  public void close() {
    health.stopping();
    streams.close();
    tails.close();
  }
}
