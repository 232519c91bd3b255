package dev.latchkey.credentials.recovery;

/**
 * A code that is good, as the store keeps it.
 *
 * @param mailboxHash the address that it proves
 * @param deviceHash of the only device that may use it, or null
 */
record StoredCode(String id, String mailboxHash, String codeHash, String deviceHash, Holder holder) {

    /** Leaves the hashes out. */
    @Override
    public String toString() {
        return "StoredCode[id=" + id + "]";
    }
}
