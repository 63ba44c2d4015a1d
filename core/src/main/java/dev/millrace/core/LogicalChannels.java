package dev.millrace.core;

import dev.millrace.core.channel.Channel;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.EventStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What carries the logical channels of a runtime, and the inboxes that take from them. */
final class LogicalChannels {
  private final Map<String, Channel> channels;
  private final Seams seams;
  private final Map<String, InboxWorker> inboxes = new LinkedHashMap<>();

  LogicalChannels(Map<String, Channel> channels, Seams seams) {
    this.channels = new LinkedHashMap<>(channels);
    this.seams = seams;
  }

  Channel checkedFor(Context context, Publication publication) {
    String who = "publication '" + publication.name() + "' of context '" + context.name() + "'";
    Channel channel = named(publication.channel(), who);
    channel.capabilities().check(who, publication.channel(), publication.needs());
    return channel;
  }

  void addInboxes(Context context, EventStore store) {
    for (Inbox inbox : context.inboxes()) {
      String who = "inbox '" + inbox.name() + "' of context '" + context.name() + "'";
      Channel channel = named(inbox.channel(), who);
      channel.capabilities().check(who, inbox.channel(), inbox.needs());
      InboxWorker worker = new InboxWorker(context, inbox, channel, store, seams);
      if (inboxes.put(inbox.name(), worker) != null) {
        throw new IllegalArgumentException("two inboxes are named '" + inbox.name() + "'");
      }
    }
  }

  private Channel named(String name, String who) {
    Channel channel = channels.get(name);
    if (channel == null) {
      throw new IllegalArgumentException(
          who
              + " names channel '"
              + name
              + "', and nothing carries that; there are "
              + channels.keySet()
              + ". Say what does: Millrace.builder().channel(\""
              + name
              + "\", Channel.open(url))");
    }
    return channel;
  }

  void begin() {
    inboxes.values().forEach(InboxWorker::begin);
  }

  List<InboxStatus> inboxes() {
    return inboxes.values().stream().map(InboxWorker::status).toList();
  }

  RunningInbox inbox(String name) {
    InboxWorker worker = inboxes.get(name);
    if (worker == null) {
      throw new IllegalArgumentException(
          "there is no inbox '" + name + "'; there are " + inboxes.keySet());
    }
    return worker;
  }

  /** Completes when no inbox moves any more. */
  CompletableFuture<Void> stop() {
    return CompletableFuture.allOf(
        inboxes.values().stream().map(InboxWorker::close).toArray(CompletableFuture<?>[]::new));
  }

  void close() {
    channels.values().forEach(Channel::close);
  }
}
