package dev.millrace.testkit.contract;

import static dev.millrace.core.Decision.accept;

import dev.millrace.core.Command;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.NoRejection;
import dev.millrace.core.Projection;
import dev.millrace.core.Reaction;
import dev.millrace.core.Tag;
import dev.millrace.core.View;
import dev.millrace.core.personal.Personal;
import dev.millrace.core.readmodel.MemoryReadModel;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A context with personal data, and a read model of it that notes what it was shown. */
final class Hospital {
  static final String NAMES = "names";
  static final Tag<String> PATIENT = Tag.named("patient");
  static final Tag<String> WARD = Tag.named("ward");

  /** What happens. */
  sealed interface HospitalEvent {
    String patient();
  }

  record Contact(String mail, List<String> phones) {}

  record Admitted(
      String patient, String ward, Personal<String> name, Optional<Personal<Contact>> contact)
      implements HospitalEvent {}

  record LetterSent(String patient, Personal<String> name) implements HospitalEvent {}

  record Admit(
      String patient, String ward, Personal<String> name, Optional<Personal<Contact>> contact)
      implements Command<NoRejection> {}

  record SendLetter(String patient, Personal<String> name) implements Command<NoRejection> {}

  record Patient(Personal<String> name, int letters) {}

  /** About as many people as there are in it. */
  record Ward(Map<String, Personal<String>> names) {}

  static final View<String, Patient> PATIENTS =
      View.of(Patient.class)
          .keyed(PATIENT)
          .starting(new Patient(Personal.forgotten(), 0))
          .on(Admitted.class, (patient, event) -> new Patient(event.name(), patient.letters()))
          .on(
              LetterSent.class,
              (patient, event) -> new Patient(patient.name(), patient.letters() + 1))
          .snapshots("patient", 1, View.SnapshotPolicy.every(1));

  static final View<String, Ward> WARDS =
      View.of(Ward.class)
          .keyed(WARD)
          .starting(new Ward(Map.of()))
          .on(
              Admitted.class,
              (ward, event) -> {
                Map<String, Personal<String>> names = new TreeMap<>(ward.names());
                names.put(event.patient(), event.name());
                return new Ward(names);
              })
          .snapshots("ward", 1, View.SnapshotPolicy.every(1));

  final MemoryReadModel rows = new MemoryReadModel();
  final List<String> shown = new CopyOnWriteArrayList<>();

  Context context() {
    return Context.named("hospital")
        .events(
            Events.of(HospitalEvent.class)
                .tag(PATIENT, HospitalEvent::patient)
                .tag(Admitted.class, WARD, Admitted::ward)
                .personal(PATIENT, HospitalEvent::patient)
                .name("admitted", Admitted.class)
                .name("letter-sent", LetterSent.class))
        .view(WARDS)
        .on(Admit.class)
        .personal(PATIENT, Admit::patient)
        .decide(command ->
            accept(
                new Admitted(command.patient(), command.ward(), command.name(), command.contact())))
        .on(SendLetter.class)
        .personal(PATIENT, SendLetter::patient)
        .reading(PATIENTS, SendLetter::patient)
        .decide((patient, command) ->
            command.name().isForgotten()
                ? accept()
                : accept(new LetterSent(command.patient(), command.name())))
        .projection(names())
        .reaction(
            Reaction.named("letters")
                .on(
                    Admitted.class,
                    (event, commands) ->
                        commands.send(new SendLetter(event.patient(), event.name()))))
        .build();
  }

  private Projection<?> names() {
    return Projection.named(NAMES, 1)
        .into(rows)
        .on(
            Admitted.class,
            (event, tables) -> {
              String name = event.name().orElse("");
              shown.add(name);
              if (!name.isEmpty()) {
                tables.<String, String>table(NAMES).put(event.patient(), name);
              }
            })
        .onForgotten(
            PATIENT, (patient, tables) -> tables.<String, String>table(NAMES).remove(patient))
        .clearing(tables -> tables.table(NAMES).clear());
  }

  /** The rows of the read model: patient and name. */
  List<String> names(List<String> patients) {
    return rows.read(tables ->
        patients.stream()
            .map(patient -> tables.<String, String>table(NAMES).get(patient))
            .map(name -> name == null ? "–" : name)
            .toList());
  }
}
