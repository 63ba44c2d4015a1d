package dev.millrace.bench;

import org.axonframework.eventsourcing.annotation.EventSourcedEntity;
import org.axonframework.eventsourcing.annotation.EventSourcingHandler;
import org.axonframework.eventsourcing.annotation.EventTag;
import org.axonframework.eventsourcing.annotation.reflection.EntityCreator;
import org.axonframework.messaging.commandhandling.annotation.CommandHandler;
import org.axonframework.messaging.eventhandling.gateway.EventAppender;
import org.axonframework.modelling.annotation.TargetEntityId;

/** The account as Axon Framework has it: an event-sourced entity. */
@EventSourcedEntity(tagKey = AxonAccount.TAG)
public final class AxonAccount {
  static final String TAG = "account";

  /** The command. */
  public record Deposit(@TargetEntityId String account, long cents, String note) {}

  /** The event. */
  public record Deposited(@EventTag(key = TAG) String account, long cents, String note) {}

  private long balance;

  /** One without events. */
  @EntityCreator
  public AxonAccount() {}

  /** Decides. */
  @CommandHandler
  public void handle(Deposit command, EventAppender appender) {
    if (balance + command.cents() > CommandSubject.LIMIT) {
      throw new IllegalStateException("the account is full");
    }
    appender.append(new Deposited(command.account(), command.cents(), command.note()));
  }

  /** Evolves. */
  @EventSourcingHandler
  public void on(Deposited event) {
    balance += event.cents();
  }
}
