package dev.millrace.core.store;

/**
 * Whose data an event is. A field of its own in events, queries, indexes and keys: no query crosses
 * tenants unless it says so ({@link Query#acrossTenants()}).
 *
 * @param name 1 to 128 characters
 */
public record Tenant(String name) implements Comparable<Tenant> {
  /** The tenant of applications that have only one. */
  public static final Tenant DEFAULT = new Tenant("default");

  /** Longest name, in characters. */
  public static final int MAX_LENGTH = 128;

  public Tenant {
    if (name.isBlank() || name.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "a tenant's name must have 1 to " + MAX_LENGTH + " characters: '" + name + "'");
    }
    WellFormed.check("a tenant's name", name);
  }

  @Override
  public int compareTo(Tenant other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
