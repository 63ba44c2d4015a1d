/**
 * Personal data that can be forgotten: values that are sealed with a key of the person that they
 * are about, and the keys, which are kept apart from the events. Destroying a person's key makes
 * their values unreadable wherever they were copied: log, snapshots, backups, exports.
 */
@NullMarked
package dev.millrace.core.personal;

import org.jspecify.annotations.NullMarked;
