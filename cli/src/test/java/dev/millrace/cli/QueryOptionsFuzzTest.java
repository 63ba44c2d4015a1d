package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.TagValue;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Any flags are a query that asks for what they say, or a mistake that is named. */
final class QueryOptionsFuzzTest {

  @FuzzTest(maxDuration = "2m")
  void anyFlags(FuzzedDataProvider chosen) {
    List<String> arguments = new ArrayList<>();
    List<String> tags = new ArrayList<>();
    while (chosen.remainingBytes() > 0) {
      String flag = chosen.pickValue(new String[] {"--type", "--tag", "--tenant", "--all-tenants"});
      arguments.add(flag);
      if (!flag.equals("--all-tenants")) {
        String value = chosen.consumeString(12);
        arguments.add(value);
        if (flag.equals("--tag")) {
          tags.add(value);
        }
      }
    }
    QueryOptions options = new QueryOptions();
    CommandLine command = new CommandLine(new Holder(options));
    command.setTrimQuotes(false);
    try {
      command.parseArgs(arguments.toArray(String[]::new));
      Query query = options.query();
      for (Query.Criterion criterion : query.anyOf()) {
        assertThat(criterion.allOf()).extracting(TagValue::toString).isSubsetOf(tags);
      }
    } catch (CommandLine.ParameterException | UsageException | IllegalArgumentException told) {
      assertThat(told).hasMessageMatching("(?s).+");
    }
  }

  /** A command with these options. */
  @CommandLine.Command(name = "holder")
  record Holder(@CommandLine.Mixin QueryOptions options) {}
}
