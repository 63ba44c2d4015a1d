package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Accepted;
import dev.millrace.core.Command;
import dev.millrace.core.Millrace;
import dev.millrace.core.Receipt;
import dev.millrace.core.SubjectForgotten;
import dev.millrace.core.personal.KeyState;
import dev.millrace.core.personal.Personal;
import dev.millrace.core.personal.Subject;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What must be true of personal data on every event store, with whatever keeps the keys: it is
 * nowhere in clear, and once somebody is forgotten it cannot be read from anything, old backups
 * included.
 *
 * <p>An engine's test says where it keeps everything; the suite searches every byte of it.
 */
public abstract class PersonalDataContract {
  private static final String NAME = "Zsófia Kovács-Árpádházi";
  private static final String MAIL = "zsofia.kovacs@somewhere.example";
  private static final String PHONE = "+36 55 0184 2267";
  private static final String OTHER_NAME = "Bartholomew Featherstonehaugh";
  private static final String WARD = "the-blue-ward-by-the-garden";
  private static final List<String> SECRETS = List.of(NAME, MAIL, PHONE, OTHER_NAME);
  private static final TagValue FORGOTTEN = Hospital.PATIENT.of("p-1");

  private Hospital hospital = new Hospital();
  private @Nullable Millrace runtime;
  private @Nullable SubjectKeys openKeys;

  /** Opens the store: empty at first, then with what is in it. */
  protected abstract EventStore openStore() throws Exception;

  /** Opens the keys: none at first, then with what there are. */
  protected abstract SubjectKeys openKeys() throws Exception;

  /** Makes a backup of the store, which is open. */
  protected abstract void backUpStore(EventStore store) throws Exception;

  /** Puts the backup in the place of the store, which is closed. */
  protected abstract void restoreStore() throws Exception;

  /** Copies the keys, which are closed. */
  protected abstract void copyKeys() throws Exception;

  /** Puts the copy in the place of the keys, which are closed. */
  protected abstract void restoreKeys() throws Exception;

  /** Every byte of the store, its snapshots and its backup, by the names of the files. */
  protected abstract Map<String, byte[]> filesOfStore() throws Exception;

  /** Every byte of the keys, but not of their copy. */
  protected abstract Map<String, byte[]> filesOfKeys() throws Exception;

  /** Closes what a test has left open. */
  @AfterEach
  final void closeAll() {
    stop();
  }

  private Millrace start() throws Exception {
    hospital = new Hospital();
    openKeys = openKeys();
    runtime = Millrace.host(hospital.context(), openStore(), openKeys);
    return runtime;
  }

  private void stop() {
    if (runtime != null) {
      runtime.close();
      runtime = null;
    }
    if (openKeys != null) {
      openKeys.close();
      openKeys = null;
    }
  }

  private Millrace restart() throws Exception {
    stop();
    return start();
  }

  private Millrace running() {
    return Objects.requireNonNull(runtime);
  }

  private SubjectKeys keys() {
    return Objects.requireNonNull(openKeys);
  }

  private void send(Command<?> command, String id) {
    assertThat(running().send(command, id))
        .isInstanceOfSatisfying(
            Accepted.class, accepted -> awaitAll(((Accepted<?>) accepted).receipt()));
  }

  private void awaitAll(Receipt receipt) {
    Duration patience = Duration.ofSeconds(StoreTests.patienceSeconds());
    running().await(Hospital.NAMES, receipt, patience);
    running().await("letters", receipt, patience);
  }

  private void admitTwo() {
    send(
        new Hospital.Admit(
            "p-1",
            WARD,
            Personal.of(NAME),
            Optional.of(Personal.of(new Hospital.Contact(MAIL, List.of(PHONE))))),
        "admit-1");
    send(new Hospital.Admit("p-2", WARD, Personal.of(OTHER_NAME), Optional.empty()), "admit-2");
  }

  private void forget() {
    List<Receipt> told = running().forget(FORGOTTEN);
    assertThat(told).hasSize(1);
    told.forEach(this::awaitAll);
  }

  private List<String> wardNames() {
    List<String> names = new ArrayList<>();
    running()
        .read("hospital", Hospital.WARDS, WARD)
        .names()
        .values()
        .forEach(name -> names.add(name.orElse("–")));
    return names;
  }

  private String patientName(String patient) {
    return running().read("hospital", Hospital.PATIENTS, patient).name().orElse("–");
  }

  private void assertForgotten() {
    assertThat(patientName("p-1")).isEqualTo("–");
    assertThat(patientName("p-2")).isEqualTo(OTHER_NAME);
    assertThat(wardNames()).containsExactly("–", OTHER_NAME);
    assertThat(hospital.names(List.of("p-1", "p-2"))).containsExactly("–", OTHER_NAME);
  }

  private List<RecordedEvent> events() {
    return StoreTests.readAll(running().store("hospital"), Query.all().acrossTenants());
  }

  @Test
  void nothingPersonalStandsInClearAnywhere() throws Exception {
    start();
    admitTwo();
    assertThat(wardNames()).containsExactly(NAME, OTHER_NAME);
    assertThat(List.of(patientName("p-1"), patientName("p-2"))).containsExactly(NAME, OTHER_NAME);
    assertThat(events()).extracting(RecordedEvent::type).contains("letter-sent");
    backUpStore(running().store("hospital"));
    stop();
    assertNothingInClear();
  }

  /** The search itself is checked by what must be found. */
  private void assertNothingInClear() throws Exception {
    Map<String, byte[]> files = filesOfStore();
    assertThat(holders(files, utf8(WARD))).as("files with what is not personal").isNotEmpty();
    files.putAll(filesOfKeys());
    for (String secret : SECRETS) {
      for (byte[] form : forms(secret)) {
        assertThat(holders(files, form)).as("files with '%s'", secret).isEmpty();
      }
    }
  }

  /** A text as it may stand in a file: in several encodings, and as others write bytes. */
  private static List<byte[]> forms(String text) {
    List<byte[]> forms = new ArrayList<>();
    for (Charset charset :
        List.of(
            StandardCharsets.UTF_8,
            StandardCharsets.ISO_8859_1,
            StandardCharsets.UTF_16LE,
            StandardCharsets.UTF_16BE)) {
      forms.add(text.getBytes(charset));
    }
    // within other bytes a text begins at any of three places of a group of four characters
    for (int skipped = 0; skipped < 3; skipped++) {
      byte[] bytes = utf8(text);
      int whole = (bytes.length - skipped) / 3 * 3;
      byte[] inner = Arrays.copyOfRange(bytes, skipped, skipped + whole);
      forms.add(Base64.getEncoder().encode(inner));
      forms.add(Base64.getUrlEncoder().encode(inner));
    }
    return forms;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> holders(Map<String, byte[]> files, byte[] wanted) {
    return files.entrySet().stream()
        .filter(file -> contains(file.getValue(), wanted))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean contains(byte[] bytes, byte[] wanted) {
    for (int at = 0; at <= bytes.length - wanted.length; at++) {
      if (bytes[at] == wanted[0]
          && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void whoIsForgottenIsUnreadableAtOnceAndAfterARestart() throws Exception {
    start();
    admitTwo();
    assertThat(wardNames()).containsExactly(NAME, OTHER_NAME);
    forget();
    assertForgotten();
    restart();
    awaitHead();
    assertForgotten();
    assertNothingInClear();
  }

  @Test
  void anOldBackupDoesNotBringBackWhoIsForgotten() throws Exception {
    start();
    admitTwo();
    assertThat(wardNames()).containsExactly(NAME, OTHER_NAME);
    byte[] secret = secret();
    backUpStore(running().store("hospital"));
    stop();
    assertThat(holders(filesOfKeys(), secret)).as("files with the key").isNotEmpty();
    start();
    forget();
    stop();
    restoreStore();
    start();
    running().processor("letters").reset().get(StoreTests.patienceSeconds(), TimeUnit.SECONDS);
    SubjectForgotten told = told();
    assertThat(told.subject()).isEqualTo(FORGOTTEN);
    awaitHead();
    assertForgotten();
    assertThat(hospital.shown).doesNotContain(NAME);
    stop();
    Map<String, byte[]> files = filesOfStore();
    files.putAll(filesOfKeys());
    assertThat(holders(files, secret)).as("files with the destroyed key").isEmpty();
    assertNothingInClear();
  }

  private byte[] secret() {
    KeyState state = keys().find(new Subject(Tenant.DEFAULT, FORGOTTEN)).orElseThrow();
    return ((KeyState.Alive) state).key().secret().toArray();
  }

  /** The backup is from before the event: the destroyed key has it told again. */
  private SubjectForgotten told() {
    RecordedEvent last =
        events().stream()
            .filter(event -> event.type().equals(SubjectForgotten.NAME))
            .reduce((first, second) -> second)
            .orElseThrow();
    return (SubjectForgotten) running().contexts().get(0).readEvent(last);
  }

  private void awaitHead() {
    EventStore store = running().store("hospital");
    RecordedEvent last = events().get(events().size() - 1);
    awaitAll(
        new Receipt(
            "hospital", store.identity(), last.position(), last.position(), last.time(), false));
  }

  @Test
  void anOldCopyOfTheKeysIsDestroyedAgainByWhatTheLogTells() throws Exception {
    start();
    admitTwo();
    byte[] secret = secret();
    stop();
    copyKeys();
    start();
    forget();
    stop();
    restoreKeys();
    assertThat(holders(filesOfKeys(), secret)).as("files with the key").isNotEmpty();
    start();
    awaitHead();
    assertForgotten();
    assertThat(hospital.shown).doesNotContain(NAME);
    stop();
    assertThat(holders(filesOfKeys(), secret)).as("files with the key").isEmpty();
  }

  @Test
  void aReadModelThatIsMadeAnewNeverSeesWhoIsForgotten() throws Exception {
    start();
    admitTwo();
    assertThat(hospital.names(List.of("p-1", "p-2"))).containsExactly(NAME, OTHER_NAME);
    forget();
    hospital.shown.clear();
    StoreTests.await(running().processor(Hospital.NAMES).reset());
    awaitHead();
    assertForgotten();
    assertThat(hospital.shown).contains(OTHER_NAME).doesNotContain(NAME);
  }

  @Test
  void aReactionThatBeganBeforeTheForgettingStoresNothingOfIt() throws Exception {
    start();
    running().processor("letters").pause();
    assertThat(
            running()
                .send(
                    new Hospital.Admit("p-1", WARD, Personal.of(NAME), Optional.empty()),
                    "admit-1"))
        .isInstanceOf(Accepted.class);
    assertThat(running().forget(FORGOTTEN)).hasSize(1);
    running().processor("letters").resume();
    awaitHead();
    assertThat(events()).extracting(RecordedEvent::type).doesNotContain("letter-sent");
    stop();
    assertNothingInClear();
  }
}
