package dev.latchkey.credentials.recovery;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * What a client shows to have read a mail: the code that a user typed, or the token of the link.
 *
 * @param by how the codes are found among which it must be
 * @param key the token's hash, or whose the codes are
 * @param subject for what attempts are counted; null where they are not
 * @param code null with a token
 * @param deviceHash that of the {@link DeviceToken} of the device, or null where none is needed
 */
record Proof(By by, String key, String subject, MailCode code, String deviceHash) {

    enum By {
        TOKEN,
        MAILBOX,
        USER
    }

    static Proof ofToken(String token) {
        return new Proof(By.TOKEN, Secret.hash(token), null, null, null);
    }

    static Proof ofCode(MailboxKey mailbox, MailCode code) {
        return new Proof(By.MAILBOX, mailbox.hash(), mailbox.hash(), code, null);
    }

    static Proof ofCode(String userId, MailCode code) {
        return new Proof(By.USER, userId, userId, code, null);
    }

    /** Counted for the device: anybody can make up a token for an address, which would use up the attempts of its user. */
    static Proof ofCode(DeviceToken device, MailCode code) {
        return new Proof(By.MAILBOX, device.mailboxHash(), device.hash(), code, device.hash());
    }

    static Proof ofToken(DeviceToken device, String token) {
        return new Proof(By.TOKEN, Secret.hash(token), null, null, device.hash());
    }

    /** Only codes can be guessed, so only they are counted. */
    boolean isCounted() {
        return subject != null;
    }

    /** Whether it is this code, which was found by the key. */
    boolean isOf(Purpose purpose, StoredCode stored) {
        boolean isRight =
                code == null || isSame(code.hash(purpose, stored.holder().userId()), stored.codeHash());
        boolean isHere = deviceHash == null ? stored.deviceHash() == null : isSame(deviceHash, stored.deviceHash());
        return isRight && isHere;
    }

    private static boolean isSame(String hash, String stored) {
        return stored != null
                && MessageDigest.isEqual(
                        hash.getBytes(StandardCharsets.UTF_8), stored.getBytes(StandardCharsets.UTF_8));
    }

    /** Leaves the code out. */
    @Override
    public String toString() {
        return "Proof[by=" + by + "]";
    }
}
