package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import java.util.List;

/** A command that does something, unlike one that only holds others. */
interface Action {
  /** The settings that it uses, beside those that every command has. */
  List<Setting> settings();

  /** Does it, and returns the exit code. */
  int run(Invocation invocation) throws Exception;
}
