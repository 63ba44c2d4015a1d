package dev.millrace.bench;

import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;

/** The account as Apache Pekko has it: a persistent actor, which keeps its state. */
final class PekkoAccount
    extends EventSourcedBehavior<PekkoAccount.Deposit, PekkoAccount.Deposited, Long> {
  /** By which everything is read back. */
  static final String TAG = "deposited";

  private final String account;

  /** The command, and who is answered. */
  record Deposit(long cents, String note, ActorRef<Boolean> accepted) {}

  /** What the serializer for JSON is bound to. */
  public interface Event {}

  /** The event. */
  public record Deposited(String account, long cents, String note) implements Event {}

  PekkoAccount(String account) {
    super(PersistenceId.of("account", account));
    this.account = account;
  }

  @Override
  public Long emptyState() {
    return 0L;
  }

  @Override
  public CommandHandler<Deposit, Deposited, Long> commandHandler() {
    return (balance, deposit) ->
        balance + deposit.cents() > CommandSubject.LIMIT
            ? Effect().none().thenReply(deposit.accepted(), _ -> false)
            : Effect()
                .persist(new Deposited(account, deposit.cents(), deposit.note()))
                .thenReply(deposit.accepted(), _ -> true);
  }

  @Override
  public EventHandler<Long, Deposited> eventHandler() {
    return (balance, event) -> balance + event.cents();
  }

  @Override
  public Set<String> tagsFor(Deposited event) {
    return Set.of(TAG);
  }
}
