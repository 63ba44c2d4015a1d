package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreKeyException;
import dev.millrace.log.Encryption;
import dev.millrace.log.internal.KeysFile.Place;
import dev.millrace.log.spi.MasterKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a store's segments: finds them wrapped, in the file of keys or in the segments'
 * headers, unwraps them with the master key, and draws those of new segments. A plain store has
 * none. Safe for use from any thread.
 */
final class StoreKeys {
  private static final byte[] CONTEXT = Utf8.bytes("MILLKEY1");
  private static final int SECRETS_BYTES = 2 * SegmentKey.BYTES;

  private final Disk disk;
  private final Turns turns = new Turns();
  private volatile List<MasterKey> masters;
  private final Map<Place, SegmentKey> opened = new ConcurrentHashMap<>();
  private SortedMap<Place, WrappedKey> wrapped = new TreeMap<>();
  private @Nullable UUID store;
  private byte @Nullable [] indexSecret;
  private @Nullable Hash64 hash;

  /**
   * Of a store that is not read yet.
   *
   * @param masters the first wraps, all unwrap; none: the store must be plain
   */
  StoreKeys(Disk disk, List<MasterKey> masters) {
    this.disk = disk;
    this.masters = List.copyOf(masters);
  }

  static StoreKeys of(Disk disk, Encryption encryption) {
    MasterKey master = encryption.masterKey();
    return new StoreKeys(disk, master == null ? List.of() : List.of(master));
  }

  /**
   * The keys of the segments that a tool works on; some headers may be damaged.
   *
   * @param key null: none was given
   * @param damaged is told when the file of keys is damaged; those in the headers are used then
   * @throws StoreKeyException when a key was given for a plain store, is missing or another
   */
  static StoreKeys forTools(
      Disk disk,
      @Nullable MasterKey key,
      List<@Nullable SegmentHeader> headers,
      Consumer<String> damaged)
      throws IOException {
    StoreKeys keys = new StoreKeys(disk, key == null ? List.of() : List.of(key));
    boolean encrypted = false;
    boolean lost = false;
    for (SegmentHeader header : headers) {
      if (header == null) {
        lost = true;
      } else if (header.key() != null) {
        if (!encrypted) {
          try {
            keys.read(header.identity().id());
          } catch (StoreDamagedException e) {
            damaged.accept(KeysFile.DAMAGED);
          }
        }
        encrypted = true;
        SegmentKey unused = keys.open(header);
      }
    }
    if (!encrypted && !lost && key != null) {
      throw notEncrypted(disk);
    }
    return keys;
  }

  /** Who changes the keys, or replaces their file while the store is open, takes a turn. */
  Turns.Turn turn() {
    return turns.next();
  }

  /** Whether new segments are encrypted. */
  boolean encrypts() {
    return !masters.isEmpty();
  }

  /**
   * Reads the file of keys.
   *
   * @throws StoreDamagedException when it is not as it was written
   */
  synchronized void read(UUID store) throws IOException {
    this.store = store;
    wrapped = KeysFile.read(disk, store);
  }

  /**
   * The key of a segment; null when it is plain.
   *
   * @throws StoreKeyException when the master key is not the one that wrapped it
   */
  @Nullable SegmentKey open(SegmentHeader header) {
    WrappedKey inHeader = header.key();
    if (inHeader == null) {
      return null;
    }
    Place place = Place.of(header);
    SegmentKey there = opened.get(place);
    if (there != null) {
      return there;
    }
    WrappedKey inFile = wrapped(place);
    byte[] context = context(header.identity().id(), place);
    byte[] secrets;
    try {
      secrets = unwrap(inFile == null ? inHeader : inFile, context, header.fileName());
    } catch (StoreKeyException e) {
      if (inFile == null || !inFile.masterKey().equals(inHeader.masterKey())) {
        throw e;
      }
      secrets = unwrap(inHeader, context, header.fileName());
    }
    return opened(place, secrets);
  }

  /** The key of a segment whose header is lost, if the file of keys has it. */
  @Nullable SegmentKey open(UUID store, long number, long salt) {
    Place place = new Place(number, salt);
    WrappedKey inFile = wrapped(place);
    return inFile == null
        ? null
        : opened(place, unwrap(inFile, context(store, place), SegmentHeader.fileName(number)));
  }

  private synchronized @Nullable WrappedKey wrapped(Place place) {
    return wrapped.get(place);
  }

  private byte[] unwrap(WrappedKey key, byte[] context, String file) {
    List<MasterKey> all = masters;
    if (all.isEmpty()) {
      throw new StoreKeyException(
          "the store in "
              + disk.location()
              + " is encrypted with key "
              + key.masterKey()
              + ", and no key was given; name it, as in log:FOLDER?encryption=file:PATH, or with"
              + " --key for the command");
    }
    MasterKey master = null;
    for (MasterKey one : all) {
      master = one.id().equals(key.masterKey()) ? one : master;
    }
    if (master == null) {
      throw new StoreKeyException(
          "the data key of "
              + file
              + " in "
              + disk.location()
              + " is wrapped by key "
              + key.masterKey()
              + ", but the key that was given is "
              + all.get(0).id()
              + "; give that one. If the master key was changed since, the file '"
              + KeysFile.NAME
              + "' is missing or an old one: put back its newest copy, as from a backup, or make it"
              + " again with 'millrace log rotate-key' and both keys");
    }
    byte[] secrets;
    try {
      secrets = master.unwrap(key.wrapped().toArray(), context);
    } catch (StoreKeyException e) {
      throw new StoreKeyException(
          "the data key of "
              + file
              + " in "
              + disk.location()
              + " cannot be unwrapped by key "
              + master.id()
              + ": "
              + e.getMessage()
              + "; restore it from a backup, or salvage the store",
          e);
    } catch (RuntimeException e) {
      throw unavailable(master, e);
    }
    if (secrets.length != SECRETS_BYTES) {
      throw new StoreKeyException("key " + master.id() + " unwraps to something else for " + file);
    }
    return secrets;
  }

  /** A key was given for a store that is plain. */
  static StoreKeyException notEncrypted(Disk disk) {
    return new StoreKeyException(
        "the store in "
            + disk.location()
            + " is not encrypted, but a key was given. Open it without one; or encrypt what is"
            + " written from now on with 'millrace log encrypt'");
  }

  private StoreKeyException unavailable(MasterKey master, RuntimeException cause) {
    return new StoreKeyException(
        "key "
            + master.id()
            + " of the store in "
            + disk.location()
            + " cannot be had: "
            + cause.getMessage()
            + "; see to it, then try again",
        cause);
  }

  private synchronized SegmentKey opened(Place place, byte[] secrets) {
    byte[] secret = Arrays.copyOfRange(secrets, SegmentKey.BYTES, SECRETS_BYTES);
    if (indexSecret == null) {
      indexSecret = secret;
      hash =
          new KeyedHash(Hkdf.derive(secret, Hkdf.NO_SALT, "millrace index 1", KeyedHash.KEY_BYTES));
    } else if (!Arrays.equals(indexSecret, secret)) {
      throw new StoreDamagedException(
          "segment "
              + SegmentHeader.fileName(place.number())
              + " in "
              + disk.location()
              + " has the keys of another store; restore the folder from a backup");
    }
    SegmentKey key =
        new SegmentKey(
            SegmentHeader.fileName(place.number()),
            Arrays.copyOf(secrets, SegmentKey.BYTES),
            Objects.requireNonNull(hash));
    opened.put(place, key);
    return key;
  }

  private static byte[] context(UUID store, Place place) {
    ByteBuffer out = ByteBuffer.allocate(CONTEXT.length + 32).order(ByteOrder.LITTLE_ENDIAN);
    out.put(CONTEXT).putLong(store.getMostSignificantBits());
    out.putLong(store.getLeastSignificantBits()).putLong(place.number()).putLong(place.salt());
    return out.array();
  }

  /**
   * Draws the key of a new segment and wraps it, which may take as long as a request does.
   *
   * @return null when new segments are not encrypted
   * @throws StoreKeyException when the master key cannot be had
   */
  @Nullable WrappedKey draw(
      StoreIdentity identity, long number, long salt, RandomGenerator random) {
    if (masters.isEmpty()) {
      return null;
    }
    byte[] secrets = new byte[SECRETS_BYTES];
    random.nextBytes(secrets);
    synchronized (this) {
      store = identity.id();
      if (indexSecret != null) {
        System.arraycopy(indexSecret, 0, secrets, SegmentKey.BYTES, SegmentKey.BYTES);
      }
    }
    Place place = new Place(number, salt);
    WrappedKey key = wrap(masters.get(0), secrets, context(identity.id(), place));
    synchronized (this) {
      wrapped.put(place, key);
    }
    opened(place, secrets);
    return key;
  }

  private WrappedKey wrap(MasterKey master, byte[] secrets, byte[] context) {
    try {
      return new WrappedKey(master.id(), Bytes.wrap(master.wrap(secrets, context)));
    } catch (StoreKeyException e) {
      throw e;
    } catch (RuntimeException e) {
      throw unavailable(master, e);
    }
  }

  /** A segment was not made. */
  synchronized void forget(SegmentHeader header) {
    wrapped.remove(Place.of(header));
    opened.remove(Place.of(header));
  }

  /**
   * All keys that are known, wrapped by another master key, which may take a request to a service
   * for each. Nothing is changed before {@link #change}.
   */
  SortedMap<Place, WrappedKey> wrappedBy(MasterKey next) {
    UUID whose;
    SortedMap<Place, WrappedKey> known;
    synchronized (this) {
      whose = Objects.requireNonNull(store);
      known = new TreeMap<>(wrapped);
    }
    SortedMap<Place, WrappedKey> again = new TreeMap<>();
    known.forEach((place, key) -> {
      byte[] context = context(whose, place);
      byte[] secrets = unwrap(key, context, SegmentHeader.fileName(place.number()));
      again.put(place, wrap(next, secrets, context));
    });
    return again;
  }

  /** From now on this is the master key, and what it wrapped is known. */
  synchronized void change(MasterKey next, SortedMap<Place, WrappedKey> wrappedByNext) {
    masters = List.of(next);
    wrapped = new TreeMap<>(wrappedByNext);
  }

  /** The steps that replace the file of keys by what another master key wrapped. */
  List<IoScript.Step> save(SortedMap<Place, WrappedKey> wrappedByNext) {
    return NewFile.steps(disk, KeysFile.UNFINISHED, KeysFile.NAME, () -> encode(wrappedByNext));
  }

  /** Whether the file of keys lacks that of a segment. */
  synchronized boolean lacks(SegmentHeader header) {
    return header.key() != null && !wrapped.containsKey(Place.of(header));
  }

  /** Has the file of keys hold that of a segment as its header does. */
  synchronized void add(SegmentHeader header) {
    WrappedKey key = header.key();
    if (key != null) {
      wrapped.putIfAbsent(Place.of(header), key);
    }
  }

  /** The steps that replace the file of keys; a sync of the folder must follow. */
  List<IoScript.Step> save() {
    return NewFile.steps(disk, KeysFile.UNFINISHED, KeysFile.NAME, this::encode);
  }

  /** The steps that must be done before a new segment is made. */
  List<IoScript.Step> saveFor(SegmentHeader header) {
    return header.key() == null ? List.of() : save();
  }

  private synchronized byte[] encode() {
    return encode(wrapped);
  }

  private synchronized byte[] encode(SortedMap<Place, WrappedKey> keys) {
    return KeysFile.encode(Objects.requireNonNull(store), keys);
  }
}
