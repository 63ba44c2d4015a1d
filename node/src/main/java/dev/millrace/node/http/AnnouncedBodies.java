package dev.millrace.node.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;

/**
 * Ends the connection after a request that announces a body ({@code Expect: 100-continue}). Whether
 * the client sends it when it was not asked to cannot be known, so what follows an answer may be
 * that body or the next request: it must not be read as either.
 */
public final class AnnouncedBodies implements Filter {
  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    if (!request.headers().contains(HeaderNames.EXPECT)) {
      chain.proceed();
      return;
    }
    response.header(HeaderValues.CONNECTION_CLOSE);
    chain.proceed();
    if (response.isSent()) {
      throw new CloseConnectionException("the request had announced a body");
    }
  }
}
