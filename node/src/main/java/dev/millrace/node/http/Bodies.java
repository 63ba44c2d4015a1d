package dev.millrace.node.http;

import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.Bytes;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads bodies, within a time: the server's own sockets know no read timeout. A client that does
 * not send what it announced is told so, and its connection closed.
 */
public final class Bodies {
  private final Scheduler scheduler;
  private final Duration most;

  public Bodies(Scheduler scheduler, Duration most) {
    this.scheduler = scheduler;
    this.most = most;
  }

  /** The body; an empty object when there is none. */
  public Bytes read(ServerRequest request, ServerResponse response) {
    if (!request.content().hasEntity()) {
      return Bytes.utf8("{}");
    }
    long length = request.headers().contentLength().orElse(Long.MAX_VALUE);
    if (length <= Arrived.bytes()) {
      return arrived(request, (int) length);
    }
    CompletableFuture<byte[]> body =
        scheduler.call("body", () -> request.content().as(byte[].class));
    try {
      return Bytes.wrap(body.get(most.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      response.header(HeaderValues.CONNECTION_CLOSE);
      Problem.of(
              408,
              "too-slow",
              "The request came too slowly",
              "the body was not there within " + most.toMillis() + " ms; send it again")
          .send(response);
      throw new CloseConnectionException("a body came too slowly", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloseConnectionException("interrupted while a body came in", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RequestException refused) {
        refuse(refused, response);
        throw new CloseConnectionException("the rest of a body is not the next request", refused);
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new CloseConnectionException("a body could not be read", e);
    }
  }

  private static void refuse(RequestException refused, ServerResponse response) {
    String detail = refused.getMessage() == null ? "the body is malformed" : refused.getMessage();
    response.header(HeaderValues.CONNECTION_CLOSE);
    Problem problem =
        refused.status().code() == Status.REQUEST_ENTITY_TOO_LARGE_413.code()
            ? Problem.of(413, "body-too-large", "The body is too large", detail)
            : Problem.badRequest(detail);
    problem.send(response);
  }

  /** The usual case: it came with its head, so that reading it here waits for nobody. */
  private static Bytes arrived(ServerRequest request, int length) {
    byte[] body = new byte[length];
    try (InputStream in = request.content().inputStream()) {
      int read = in.readNBytes(body, 0, length);
      return Bytes.wrap(read == length ? body : Arrays.copyOf(body, read));
    } catch (IOException e) {
      throw new CloseConnectionException("a body could not be read", e);
    }
  }
}
