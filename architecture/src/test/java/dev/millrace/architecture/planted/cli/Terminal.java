package dev.millrace.architecture.planted.cli;

/** Breaks no rule. */
public record Terminal(int columns) {}
