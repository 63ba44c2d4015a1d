package dev.millrace.testkit.sim;

/** Says at which calls of a simulated disk something goes wrong. */
@FunctionalInterface
public interface FaultPlan {
  /** Nothing ever goes wrong. */
  FaultPlan NONE = call -> Fault.NONE;

  /** What goes wrong at a call; asked once for each, in the order in which they take effect. */
  Fault at(DiskCall call);

  /** One fault, at the call with this number. */
  static FaultPlan at(long number, Fault fault) {
    return call -> call.number() == number && fault.appliesTo(call.kind()) ? fault : Fault.NONE;
  }

  /** One fault, at the n-th call of a kind, from 1. */
  static FaultPlan atNth(int n, DiskCall.Kind kind, Fault fault) {
    int[] seen = {0};
    return call -> call.kind() == kind && ++seen[0] == n ? fault : Fault.NONE;
  }
}
