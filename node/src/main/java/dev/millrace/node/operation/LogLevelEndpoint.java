package dev.millrace.node.operation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.millrace.node.http.Bodies;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.Problem;
import dev.millrace.node.http.Routes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Log levels at run time; they hold until the process ends. */
public final class LogLevelEndpoint {
  private static final List<String> LEVELS = List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR");
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_$-]{1,60}(\\.[A-Za-z0-9_$-]{1,60}){0,11}");

  /** Most loggers that come to be by their level being set: they stay until the process ends. */
  private static final int MAX_MADE = 100;

  private final AtomicInteger made = new AtomicInteger();
  private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(LogLevelEndpoint.class);

  private final Bodies bodies;

  public LogLevelEndpoint(Bodies bodies) {
    this.bodies = bodies;
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    routes.get("/api/log-levels", this::all).put("/api/log-levels/{logger}", this::set);
  }

  private static LoggerContext loggers() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers) {
      return loggers;
    }
    throw Problem.of(
            501, "not-here", "This process logs with something else", "levels need Logback")
        .exception();
  }

  private void all(ServerRequest request, ServerResponse response) {
    Map<String, String> levels = new TreeMap<>();
    for (Logger logger : loggers().getLoggerList()) {
      if (logger.getLevel() != null) {
        levels.put(logger.getName(), logger.getLevel().toString());
      }
    }
    Routes.json(response, json -> Json.value(json, Map.of("levels", levels)));
  }

  private void set(ServerRequest request, ServerResponse response) {
    String name = new Params(request).only().path("logger");
    String level = level(bodies.read(request, response).toArray());
    if (!NAME.matcher(name).matches()) {
      throw Problem.badRequest(
              "a logger's name is that of a package or class, as in dev.millrace.core, of at most 12"
                  + " parts")
          .exception();
    }
    if (loggers().exists(name) == null && made.incrementAndGet() > MAX_MADE) {
      throw Problem.badRequest(
              "no logger has this name, and "
                  + MAX_MADE
                  + " levels were set for loggers that there are not")
          .exception();
    }
    loggers().getLogger(name).setLevel(Level.toLevel(level));
    LOG.info("log level of {} is {} by request", name, level);
    Routes.json(response, json -> Json.value(json, Map.of("logger", name, "level", level)));
  }

  private static String level(byte[] body) {
    try {
      JsonNode level = Json.mapper().readTree(body).get("level");
      if (level != null && LEVELS.contains(level.asString())) {
        return level.asString();
      }
    } catch (JacksonException e) {
      throw wrongLevel();
    }
    throw wrongLevel();
  }

  private static RuntimeException wrongLevel() {
    return Problem.badRequest("send {\"level\": …} with one of " + LEVELS).exception();
  }
}
