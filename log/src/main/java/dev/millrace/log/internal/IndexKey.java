package dev.millrace.log.internal;

/**
 * The keys of an index: a tag or a type, of a tenant. Tenants are part of the key, so that those of
 * one do not make another's slower.
 */
final class IndexKey {
  private static final long TAG = 0x9E37_79B9_7F4A_7C15L;
  private static final long TYPE = 0xC2B2_AE3D_27D4_EB4FL;

  private IndexKey() {}

  static long ofTag(long tenantHash, long tagHash) {
    return mix(tagHash ^ TAG, tenantHash);
  }

  static long ofType(long tenantHash, long typeHash) {
    return mix(typeHash ^ TYPE, tenantHash);
  }

  /** Never 0, which means an empty slot. */
  private static long mix(long hash, long tenantHash) {
    long mixed = (hash ^ Long.rotateLeft(tenantHash, 29)) * TAG;
    mixed ^= mixed >>> 32;
    return mixed == 0 ? 1 : mixed;
  }
}
