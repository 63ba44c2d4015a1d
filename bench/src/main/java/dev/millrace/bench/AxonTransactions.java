package dev.millrace.bench;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.axonframework.common.jpa.EntityManagerProvider;
import org.axonframework.messaging.core.unitofwork.transaction.Transaction;
import org.axonframework.messaging.core.unitofwork.transaction.TransactionManager;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of the thread, as a container gives it: who is in one joins it. Hibernate takes a
 * connection when the first statement needs one.
 */
final class AxonTransactions implements TransactionManager, EntityManagerProvider {
  private static final Transaction JOINED =
      new Transaction() {
        @Override
        public void commit() {
          // who began it does
        }

        @Override
        public void rollback() {
          // who began it does
        }
      };

  /** What a thread is in: the one that Hibernate knows, and what others may have of it. */
  private record Begun(EntityManager own, EntityManager shared) {}

  private static final ThreadLocal<@Nullable Begun> CURRENT = new ThreadLocal<>();

  private final EntityManagerFactory factory;

  AxonTransactions(EntityManagerFactory factory) {
    this.factory = factory;
  }

  @Override
  public EntityManager getEntityManager() {
    Begun begun = CURRENT.get();
    return begun == null ? factory.createEntityManager() : begun.shared();
  }

  @Override
  public boolean requiresSameThreadInvocations() {
    return true;
  }

  @Override
  public Transaction startTransaction() {
    if (CURRENT.get() != null) {
      return JOINED;
    }
    EntityManager manager = factory.createEntityManager();
    manager.getTransaction().begin();
    CURRENT.set(new Begun(manager, shared(manager)));
    return new Transaction() {
      @Override
      public void commit() {
        try {
          manager.getTransaction().commit();
        } finally {
          end();
        }
      }

      @Override
      public void rollback() {
        try {
          if (manager.isOpen() && manager.getTransaction().isActive()) {
            manager.getTransaction().rollback();
          }
        } finally {
          end();
        }
      }

      private void end() {
        CURRENT.remove();
        manager.close();
      }
    };
  }

  /** The engine closes what it is given after each query, as one may do with a container's. */
  private static EntityManager shared(EntityManager manager) {
    return (EntityManager)
        Proxy.newProxyInstance(
            EntityManager.class.getClassLoader(),
            new Class<?>[] {EntityManager.class},
            (_, method, arguments) -> {
              if (method.getName().equals("close")) {
                return null;
              }
              try {
                return method.invoke(manager, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
