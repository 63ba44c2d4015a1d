package dev.millrace.core;

import dev.millrace.core.store.Tenant;
import java.util.UUID;

/** Ids of the appends of commands, by which the answer to a command is found again. */
final class AppendIds {
  private AppendIds() {}

  /** Stands in the store: its form must never change. */
  static UUID of(String context, Tenant tenant, String commandId) {
    return new Fingerprint().add(context).add(tenant.name()).add(commandId).toUuid();
  }
}
