package dev.millrace.cli.config;

/**
 * A setting is unknown or has a wrong value; the message names it, where it is, and what is
 * allowed.
 */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ConfigurationException(String message) {
    super(message);
  }
}
