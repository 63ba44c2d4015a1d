/**
 * The command's configuration: each {@link dev.millrace.cli.config.Setting} has one name in a file,
 * one in the environment and one as a flag. A flag wins over the environment, that over the file,
 * that over the default. What is not known, or has a wrong value, is refused by name.
 */
@NullMarked
package dev.millrace.cli.config;

import org.jspecify.annotations.NullMarked;
