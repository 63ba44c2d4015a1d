package dev.millrace.core.rehearsal;

import dev.millrace.core.store.EventId;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Something that the new version does otherwise. */
public sealed interface Difference {

  /**
   * A command that is answered otherwise.
   *
   * @param command its stable name
   * @param id the idempotency key that its sender chose
   * @param tenant whose data
   * @param position of the first event that was recorded for it
   * @param about the key of the first view that decides it, else the subject of its first event;
   *     null: it has neither
   * @param before as it was answered: recorded, or by the old version
   * @param now as the new version answers
   */
  record Decided(
      String command,
      String id,
      Tenant tenant,
      long position,
      @Nullable TagValue about,
      Answer before,
      Answer now)
      implements Difference {}

  /**
   * A row that differs.
   *
   * @param readModel the projection
   * @param table the table
   * @param key the values of its key, as text; of the whole row where the table has no key
   * @param kind what is different
   * @param cells the columns that differ; all columns of a row that only one version has
   */
  record Row(String readModel, String table, List<String> key, Kind kind, Map<String, Cell> cells)
      implements Difference {
    public Row {
      key = List.copyOf(key);
    }

    /** What is different. */
    public enum Kind {
      /** Only the old version has it. */
      MISSING,
      /** Only the new version has it. */
      EXTRA,
      /** Both have it, with other values. */
      OTHER;

      /** As it stands in reports: {@code missing}. */
      public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
      }
    }
  }

  /**
   * A value in both versions.
   *
   * @param before null: there is none
   * @param now null: there is none
   */
  record Cell(@Nullable String before, @Nullable String now) {}

  /**
   * An event that a reaction answers with other commands.
   *
   * @param reaction its name
   * @param event the id of the event
   * @param position of the event
   * @param before what the old version would send
   * @param now what the new version would send
   */
  record Sent(
      String reaction, EventId event, long position, List<Outgoing> before, List<Outgoing> now)
      implements Difference {
    public Sent {
      before = List.copyOf(before);
      now = List.copyOf(now);
    }
  }

  /**
   * A command that a reaction would send.
   *
   * @param id its idempotency key
   * @param command its stable name; {@code failed} when the handler has thrown
   * @param payload the command as it is stored, as text; or what was thrown
   */
  record Outgoing(String id, String command, String payload) {}
}
