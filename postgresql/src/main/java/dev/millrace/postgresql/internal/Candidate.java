package dev.millrace.postgresql.internal;

import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.List;

/**
 * An event that an index gave for a condition: by hash, so that it must still be compared.
 *
 * @param append which of the group's appends, by place
 * @param position of the event
 * @param tenant of the event
 * @param type of the event
 * @param tags of the event
 */
record Candidate(int append, long position, Tenant tenant, String type, List<TagValue> tags) {}
