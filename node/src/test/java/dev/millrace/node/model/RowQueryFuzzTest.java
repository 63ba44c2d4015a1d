package dev.millrace.node.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.core.readmodel.RowQuery;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.Problem;
import dev.millrace.node.http.Problems;
import io.helidon.common.parameters.Parameters;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.WritableHeaders;
import java.util.List;

/** Any query of rows says what its terms say, or is a problem that the client is told. */
final class RowQueryFuzzTest {
  private static final String[] PIECES = {
    "where=", "sort=", "limit=", "cursor=", "&", "%", "gross", "-gross", ">=", "<", "!=", "^=", "7"
  };

  @FuzzTest(maxDuration = "2m")
  void anyQuery(FuzzedDataProvider chosen) {
    StringBuilder raw = new StringBuilder();
    while (chosen.remainingBytes() > 0) {
      raw.append(chosen.consumeBoolean() ? chosen.pickValue(PIECES) : chosen.consumeAsciiString(6));
    }
    RowQuery query;
    List<String> terms;
    try {
      Params params =
          new Params(
              UriQuery.create(raw.toString()),
              Parameters.empty("path"),
              ServerRequestHeaders.create(WritableHeaders.create()));
      query = new RowParams(params, "table").query();
      terms = params.all("where");
    } catch (RuntimeException told) {
      Problem problem = Problems.of(told);
      assertThat(problem.status()).as("%s of '%s'", told, raw).isBetween(400, 499);
      assertThat(problem.toJson()).isNotEmpty();
      return;
    }
    assertThat(query.filters()).hasSameSizeAs(terms);
    for (int i = 0; i < terms.size(); i++) {
      RowQuery.Filter filter = query.filters().get(i);
      assertThat(filter.column() + sign(filter.comparison()) + filter.value())
          .isEqualTo(terms.get(i));
    }
    assertThat(query.limit()).isBetween(1, RowQuery.MAX_ROWS);
  }

  private static String sign(RowQuery.Comparison comparison) {
    return switch (comparison) {
      case EQUAL -> "=";
      case NOT_EQUAL -> "!=";
      case LESS -> "<";
      case AT_MOST -> "<=";
      case GREATER -> ">";
      case AT_LEAST -> ">=";
      case STARTS_WITH -> "^=";
    };
  }
}
