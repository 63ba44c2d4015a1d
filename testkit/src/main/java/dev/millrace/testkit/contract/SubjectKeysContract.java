package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.personal.KeyState;
import dev.millrace.core.personal.KeyState.Alive;
import dev.millrace.core.personal.KeyState.Destroyed;
import dev.millrace.core.personal.Subject;
import dev.millrace.core.personal.SubjectKey;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.personal.SubjectKeysException;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What whatever keeps the keys of subjects must do. */
public abstract class SubjectKeysContract {
  private @Nullable SubjectKeys opened;

  /** Opens keys of which there are none yet. They are closed after the test. */
  protected abstract SubjectKeys open() throws Exception;

  /** Closes keys that this gave, and opens them again. */
  protected abstract SubjectKeys reopen(SubjectKeys keys) throws Exception;

  /** Opens the keys of a test. */
  @BeforeEach
  final void openKeys() throws Exception {
    opened = open();
  }

  /** Closes the keys of a test. */
  @AfterEach
  final void closeKeys() {
    if (opened != null) {
      opened.close();
    }
  }

  private SubjectKeys keys() {
    return Objects.requireNonNull(opened);
  }

  private SubjectKeys restart() throws Exception {
    opened = reopen(keys());
    return opened;
  }

  /** A subject of the default tenant. */
  static Subject subject(String value) {
    return new Subject(Tenant.DEFAULT, new TagValue("customer", value));
  }

  private SubjectKey alive(Subject subject) {
    KeyState state = StoreTests.await(keys().keyFor(subject));
    assertThat(state).isInstanceOf(Alive.class);
    return ((Alive) state).key();
  }

  @Test
  void aSubjectKeepsItsKey() throws Exception {
    SubjectKey first = alive(subject("c-1"));
    assertThat(first.subject()).isEqualTo(subject("c-1"));
    assertThat(alive(subject("c-1"))).isEqualTo(first);
    assertThat(restart().find(first.id())).contains(new Alive(first));
    assertThat(alive(subject("c-1"))).isEqualTo(first);
    assertThat(keys().alive()).isEqualTo(1);
  }

  @Test
  void eachSubjectAndTenantHasAKeyOfItsOwn() {
    SubjectKey one = alive(subject("c-1"));
    SubjectKey two = alive(subject("c-2"));
    SubjectKey elsewhere = alive(new Subject(new Tenant("other"), new TagValue("customer", "c-1")));
    assertThat(List.of(one.secret(), two.secret(), elsewhere.secret())).doesNotHaveDuplicates();
    assertThat(List.of(one.id(), two.id(), elsewhere.id())).doesNotHaveDuplicates();
  }

  @Test
  void whoAskTogetherGetOneKey() {
    List<CompletableFuture<KeyState>> asked = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      asked.add(keys().keyFor(subject("c-" + i % 5)));
    }
    assertThat(asked.stream().map(StoreTests::await).distinct()).hasSize(5);
    assertThat(keys().alive()).isEqualTo(5);
  }

  @Test
  void whatIsForgottenStaysSo() throws Exception {
    SubjectKey key = alive(subject("c-1"));
    SubjectKey other = alive(subject("c-2"));
    assertThat(StoreTests.await(keys().forget(subject("c-1")))).containsExactly(key.id());
    for (int i = 0; i < 2; i++) {
      assertThat(keys().find(key.id())).contains(new Destroyed(key.id(), subject("c-1")));
      assertThat(keys().find(subject("c-1"))).contains(new Destroyed(key.id(), subject("c-1")));
      assertThat(StoreTests.await(keys().keyFor(subject("c-1")))).isInstanceOf(Destroyed.class);
      assertThat(keys().wasForgotten(subject("c-1"))).isTrue();
      assertThat(keys().wasForgotten(subject("c-2"))).isFalse();
      assertThat(keys().destroyed()).containsExactly(new Destroyed(key.id(), subject("c-1")));
      assertThat(alive(subject("c-2"))).isEqualTo(other);
      assertThat(StoreTests.await(keys().forget(subject("c-1")))).containsExactly(key.id());
      restart();
    }
  }

  @Test
  void whoComesBackGetsAnotherKey() throws Exception {
    SubjectKey first = alive(subject("c-1"));
    assertThat(StoreTests.await(keys().forget(subject("c-1")))).containsExactly(first.id());
    SubjectKey second = StoreTests.await(keys().renew(subject("c-1")));
    assertThat(second.secret()).isNotEqualTo(first.secret());
    restart();
    assertThat(alive(subject("c-1"))).isEqualTo(second);
    assertThat(StoreTests.await(keys().renew(subject("c-1")))).isEqualTo(second);
    assertThat(keys().find(first.id())).containsInstanceOf(Destroyed.class);
    assertThat(keys().wasForgotten(subject("c-1"))).isTrue();
    assertThat(StoreTests.await(keys().forget(subject("c-1"))))
        .containsExactly(first.id(), second.id());
  }

  @Test
  void whoIsNotKnownIsNeitherForgottenNorRenewed() throws Exception {
    assertThat(StoreTests.await(keys().forget(subject("c-1")))).isEmpty();
    assertThat(keys().find(subject("c-1"))).isEmpty();
    assertThat(keys().find(new UUID(1, 2))).isEmpty();
    assertThatThrownBy(() -> StoreTests.await(keys().renew(subject("c-1"))))
        .isInstanceOf(SubjectKeysException.class)
        .hasMessageContaining("customer:c-1");
    assertThat(restart().destroyed()).isEmpty();
  }

  @Test
  void oneKeyIsDestroyedByItsId() throws Exception {
    SubjectKey key = alive(subject("c-1"));
    StoreTests.await(keys().destroy(key.id()));
    StoreTests.await(keys().destroy(key.id()));
    StoreTests.await(keys().destroy(new UUID(1, 2)));
    assertThat(restart().destroyed()).containsExactly(new Destroyed(key.id(), subject("c-1")));
  }

  @Test
  void theLongestNamesFit() throws Exception {
    Subject longest =
        new Subject(
            new Tenant("字".repeat(Tenant.MAX_LENGTH)),
            new TagValue(
                "名".repeat(TagValue.MAX_NAME_LENGTH), "値".repeat(TagValue.MAX_VALUE_LENGTH)));
    SubjectKey key = alive(longest);
    assertThat(restart().find(longest)).contains(new Alive(key));
  }
}
