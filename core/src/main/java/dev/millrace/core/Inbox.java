package dev.millrace.core;

import dev.millrace.core.channel.Capability;
import dev.millrace.core.channel.Message;
import dev.millrace.core.channel.Subscribing.Start;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a context takes from a logical channel: each message becomes an event of the context, with
 * the message's data as it came, appended once for each source and id, and acknowledged when it is
 * durable. What is done about it is then up to the context's processors and deciders, as with any
 * event: retries, dead letters and lanes are theirs, and none of them holds up the broker.
 * Immutable: each method returns a new value.
 */
public final class Inbox {
  private final String name;
  private final String channel;
  private final String group;
  private final Start start;
  private final boolean ordered;
  private final Map<String, Class<?>> types;
  private final List<Tagging> taggings;
  private final @Nullable Function<Message, Tenant> tenants;

  /** A tag and where its value is. */
  private record Tagging(String tag, Function<Message, @Nullable String> value) {}

  private Inbox(
      String name,
      String channel,
      String group,
      Start start,
      boolean ordered,
      Map<String, Class<?>> types,
      List<Tagging> taggings,
      @Nullable Function<Message, Tenant> tenants) {
    this.name = name;
    this.channel = channel;
    this.group = group;
    this.start = start;
    this.ordered = ordered;
    this.types = types;
    this.taggings = taggings;
    this.tenants = tenants;
  }

  /**
   * Begins an inbox.
   *
   * @param name stable; the context's and its name together are the group's name at the broker
   */
  public static Named named(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("an inbox needs a name");
    }
    return new Named(name);
  }

  /** An inbox that has no channel yet. */
  public record Named(String name) {
    /** The logical channel that it takes messages from. */
    public Inbox from(String channel) {
      if (channel.isBlank()) {
        throw new IllegalArgumentException("inbox '" + name + "' needs a channel's name");
      }
      return new Inbox(name, channel, "", Start.OLDEST, true, Map.of(), List.of(), null);
    }
  }

  /**
   * Takes messages of a type. Their data is stored as that of the event, whose schema it must
   * follow, or once followed: what does not fit is a dead letter of who reads it, where an upcaster
   * or an operator mends it. Messages of types that are not taken are passed over.
   *
   * @param type the message's; {@link Message#PLAIN} for what is no CloudEvent
   * @param event of this context, without personal components
   */
  public Inbox on(String type, Class<?> event) {
    Map<String, Class<?>> more = new LinkedHashMap<>(types);
    if (more.put(type, event) != null) {
      throw new IllegalArgumentException("inbox '" + name + "' takes '" + type + "' twice");
    }
    return with(more, taggings);
  }

  /** The message's key, else its subject, is a value of this tag; the first tag is the subject. */
  public Inbox about(Tag<?> tag) {
    return about(tag, message -> message.key() == null ? message.subject() : message.key());
  }

  /** A value of this tag is taken out of the message; null: it has none. */
  public Inbox about(Tag<?> tag, Function<Message, @Nullable String> value) {
    List<Tagging> more = new ArrayList<>(taggings);
    more.add(new Tagging(tag.name(), value));
    return with(types, List.copyOf(more));
  }

  /**
   * Says whose a message is. Unless set, everything is the default tenant's, and messages that name
   * another are set aside.
   */
  public Inbox tenants(Function<Message, Tenant> tenants) {
    return new Inbox(name, channel, group, start, ordered, types, taggings, tenants);
  }

  /** Begins with what is published from now on, when the broker does not know the group. */
  public Inbox onlyNew() {
    return new Inbox(name, channel, group, Start.NEW, ordered, types, taggings, tenants);
  }

  /** Takes a channel that may deliver messages of one key in another order. */
  public Inbox withoutOrder() {
    return new Inbox(name, channel, group, start, false, types, taggings, tenants);
  }

  /** Another name of the group at the broker. */
  public Inbox as(String group) {
    return new Inbox(name, channel, group, start, ordered, types, taggings, tenants);
  }

  private Inbox with(Map<String, Class<?>> otherTypes, List<Tagging> otherTaggings) {
    return new Inbox(name, channel, group, start, ordered, otherTypes, otherTaggings, tenants);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The logical channel that it takes messages from. */
  public String channel() {
    return channel;
  }

  Start start() {
    return start;
  }

  String groupIn(String context) {
    return group.isEmpty() ? context + "." + name : group;
  }

  /** What it asks of its channel. */
  Set<Capability> needs() {
    Set<Capability> needs = EnumSet.noneOf(Capability.class);
    if (ordered) {
      needs.add(Capability.ORDER_PER_KEY);
    }
    return needs;
  }

  /**
   * The names of the events that its messages become, by the messages' types.
   *
   * @throws IllegalArgumentException when a type is not an event of the context, or cannot be
   */
  Map<String, String> names(EventCatalog catalog) {
    if (types.isEmpty()) {
      throw new IllegalArgumentException("inbox '" + name + "' takes no messages; add .on(…)");
    }
    Map<String, String> names = new TreeMap<>();
    types.forEach((type, event) -> {
      Set<String> found = catalog.namesOf(event);
      String one = found.iterator().next();
      if (found.size() > 1) {
        throw new IllegalArgumentException(
            "inbox '" + name + "' needs one event for '" + type + "', not one of " + found);
      }
      if (!catalog.subjectTags(found).isEmpty()) {
        throw new IllegalArgumentException(
            "inbox '"
                + name
                + "' would store messages as event '"
                + one
                + "', whose personal values would stand there in clear; take an event without"
                + " personal components");
      }
      names.put(type, one);
    });
    return names;
  }

  List<TagValue> tagsOf(Message message) {
    List<TagValue> tags = new ArrayList<>();
    for (Tagging tagging : taggings) {
      String value = tagging.value().apply(message);
      TagValue tag = value == null ? null : new TagValue(tagging.tag(), value);
      if (tag != null && !tags.contains(tag)) {
        tags.add(tag);
      }
    }
    return tags;
  }

  Tenant tenantOf(Message message) {
    if (tenants != null) {
      return tenants.apply(message);
    }
    String named = message.tenant();
    if (named != null && !named.equals(Tenant.DEFAULT.name())) {
      throw new IllegalArgumentException(
          "it is of tenant '" + named + "', and the inbox knows none; declare .tenants(…)");
    }
    return Tenant.DEFAULT;
  }
}
