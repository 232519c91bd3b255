package dev.latchkey.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchkey.keys.SigningKeyStore.StoredKey;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import dev.latchkey.server.auth.AccessTokens;
import dev.latchkey.server.auth.SigningKeys;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The signing keys in the database, where all servers share them and tokens survive a restart; with their rotation.
 *
 * <p>A new key is published before it signs, so that services that verify tokens have it in time. An old one is deleted once the last
 * token that it signed has expired.
 */
public final class StoredSigningKeys implements SigningKeys {
    /** How long before it signs a key of a scheduled rotation is published. */
    static final Duration NOTICE = Duration.ofMinutes(15);

    /** The same for a rotation by hand: long enough for every server to read the key. */
    static final Duration SHORT_NOTICE = Duration.ofSeconds(2);

    // A token is signed a moment after its key was chosen, and clocks differ.
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private final SigningKeyStore store;
    private final Duration keyLifetime;
    private final Clock clock;
    private volatile List<Key> newestFirst = List.of();

    private record Key(StoredKey stored, ECKey pair) {}

    private StoredSigningKeys(SigningKeyStore store, Duration keyLifetime, Clock clock) {
        this.store = store;
        this.keyLifetime = keyLifetime;
        this.clock = clock;
    }

    /**
     * Loads the keys; creates the first one if there is none.
     *
     * @param keyLifetime how long a key signs
     */
    public static StoredSigningKeys load(SigningKeyStore store, Duration keyLifetime, Clock clock) {
        StoredSigningKeys keys = new StoredSigningKeys(store, keyLifetime, clock);
        keys.follow();
        if (keys.newestFirst.isEmpty()) {
            keys.add(1, clock.instant(), false);
        }
        return keys;
    }

    /** Reloads the keys, which any server may have changed; to be called at least every second. */
    public synchronized void follow() {
        List<StoredKey> stored = store.findAll();
        if (!stored.equals(newestFirst.stream().map(Key::stored).toList())) {
            newestFirst = stored.stream()
                    .map(key -> new Key(key, parse(key.privateJwk())))
                    .toList();
        }
    }

    /** Whether the keys can be read, and one of them signs now. */
    boolean canSign() {
        follow();
        Instant now = clock.instant();
        return newestFirst.stream().anyMatch(key -> !key.stored().signsFrom().isAfter(now));
    }

    /** Creates a new key if the newest is about to reach its lifetime, and deletes those whose last tokens have expired. */
    public void maintain() {
        follow();
        StoredKey newest = newestFirst.get(0).stored();
        Instant now = clock.instant();
        Instant due = newest.signsFrom().plus(keyLifetime);
        if (!now.isBefore(due.minus(NOTICE))) {
            Instant noticed = now.plus(NOTICE);
            add(newest.generation() + 1, due.isAfter(noticed) ? due : noticed, false);
        }
        List<Key> keys = newestFirst;
        for (int i = 1; i < keys.size(); i++) {
            Instant lastTokenExpires = keys.get(i - 1).stored().signsFrom().plus(AccessTokens.LIFETIME);
            if (now.isAfter(lastTokenExpires.plus(MARGIN))) {
                remove(keys.get(i));
            }
        }
        follow();
    }

    /** Creates a new key that signs in a moment; tokens of the old ones stay valid. */
    public String rotate() {
        return addNext(SHORT_NOTICE, false);
    }

    /** Creates a new key and deletes all others, so that all tokens issued so far are refused. */
    public String replace() {
        return addNext(Duration.ZERO, true);
    }

    private String addNext(Duration notice, boolean alone) {
        boolean added;
        do {
            follow();
            // False if another server has just created a key of this generation, which may sign sooner or later than
            // wanted.
            added = add(
                    newestFirst.get(0).stored().generation() + 1,
                    clock.instant().plus(notice),
                    alone);
        } while (!added);
        return newestFirst.get(0).pair().getKeyID();
    }

    /** Adds a key, unless there is one of this generation. */
    private boolean add(int generation, Instant signsFrom, boolean alone) {
        ECKey pair = generate();
        StoredKey key = new StoredKey(generation, pair.toJSONString(), signsFrom);
        boolean added = alone ? store.insertAlone(key, clock.instant()) : store.insertIfAbsent(key, clock.instant());
        if (added) {
            AuditLog.record(
                    AuditEvent.SIGNING_KEY_ADDED,
                    null,
                    "kid",
                    pair.getKeyID(),
                    "signs_from",
                    signsFrom.truncatedTo(ChronoUnit.MILLIS).toString(),
                    "others",
                    alone ? "removed" : "stay");
        }
        follow();
        return added;
    }

    private void remove(Key key) {
        if (store.delete(key.stored().generation())) {
            AuditLog.record(
                    AuditEvent.SIGNING_KEY_REMOVED, null, "kid", key.pair().getKeyID());
        }
    }

    private static ECKey generate() {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyUse(KeyUse.SIGNATURE)
                    .keyIDFromThumbprint(true)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("This Java cannot make P-256 keys", e);
        }
    }

    private static ECKey parse(String jwk) {
        try {
            return ECKey.parse(jwk);
        } catch (ParseException e) {
            throw new IllegalStateException("A signing key in the database is not a JWK", e);
        }
    }

    @Override
    public ECKey current() {
        List<Key> keys = newestFirst;
        Instant now = clock.instant();
        return keys.stream()
                .filter(key -> !key.stored().signsFrom().isAfter(now))
                .findFirst()
                .orElse(keys.get(keys.size() - 1))
                .pair();
    }

    @Override
    public Optional<ECKey> find(String kid) {
        for (Key key : newestFirst) {
            if (key.pair().getKeyID().equals(kid)) {
                return Optional.of(key.pair());
            }
        }
        return Optional.empty();
    }

    /** The public keys of all key pairs, including one that does not sign yet, the newest first. */
    List<ECKey> published() {
        return newestFirst.stream()
                .map(key -> new ECKey.Builder(key.pair().toPublicJWK())
                        .algorithm(JWSAlgorithm.ES256)
                        .build())
                .toList();
    }
}
