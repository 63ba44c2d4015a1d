package dev.millrace.architecture.planted.testkit;

import dev.millrace.architecture.planted.cli.Terminal;

/** An arrow from the testkit to the command. */
public record Given(Terminal terminal) {}
