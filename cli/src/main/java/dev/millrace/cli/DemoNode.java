package dev.millrace.cli;

import dev.millrace.cli.config.Configuration;
import dev.millrace.cli.config.Setting;
import dev.millrace.core.Millrace;
import dev.millrace.node.Node;
import dev.millrace.node.NodeLimits;
import dev.millrace.node.NodeOptions;
import dev.millrace.node.NodeStartException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts an application behind HTTP as the settings say. */
final class DemoNode {
  private static final Logger LOG = LoggerFactory.getLogger(DemoNode.class);

  /** The port that is tried first when none was asked for. */
  static final int USUAL_PORT = 8080;

  private DemoNode() {}

  /** Starts; when the usual port is taken and none was asked for, on another. */
  static Node start(Configuration configuration, Millrace millrace) {
    long port = configuration.number(Setting.NODE_PORT);
    NodeOptions anywhere =
        new NodeOptions(
            configuration.word(Setting.NODE_HOST), 0, NodeLimits.DEFAULT, configuration.names());
    try {
      if (port != Configuration.AUTO) {
        return Node.start(anywhere.onto((int) port), millrace);
      }
      try {
        return Node.start(anywhere.onto(USUAL_PORT), millrace);
      } catch (NodeStartException taken) {
        LOG.info("port {} is taken, so another is used; --port chooses one", USUAL_PORT);
        return Node.start(anywhere, millrace);
      }
    } catch (NodeStartException e) {
      throw new FailureException(String.valueOf(e.getMessage()), e);
    }
  }
}
