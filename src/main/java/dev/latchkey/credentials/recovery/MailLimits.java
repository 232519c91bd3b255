package dev.latchkey.credentials.recovery;

import com.codahale.metrics.MetricRegistry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.latchkey.server.limits.Buckets;
import dev.latchkey.server.limits.Client;
import dev.latchkey.server.limits.LimitSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Bounds how many mails clients can have sent, whether anybody has the address or not. */
public final class MailLimits {
    private static final String ALL = "all";

    private final Buckets ofMailbox;
    private final Buckets ofAccount;
    private final Buckets ofAddress;
    private final Buckets ofAll;
    private final Buckets ofNotices;

    public MailLimits(LimitSettings settings, MetricRegistry metrics, Ticker time) {
        this.ofMailbox = new Buckets("mail-mailbox", settings.mailsPerMailbox(), metrics, time);
        this.ofAccount = new Buckets("mail-account", settings.mailsPerAccount(), metrics, time);
        this.ofAddress = new Buckets("mail-address", settings.mailsPerAddress(), metrics, time);
        this.ofAll = new Buckets("mail", settings.mails(), metrics, time);
        this.ofNotices = new Buckets("mail-notice", settings.mailsPerAccount(), metrics, time);
    }

    /**
     * Counts a mail that a client asks for.
     *
     * @param userId of the caller, or null
     * @throws dev.latchkey.server.problem.Problem TOO_MANY_REQUESTS
     */
    public void take(Client client, String email, String userId) {
        List<Buckets.Take> taken = new ArrayList<>();
        Optional<Buckets.Take> refused = take(client, email, userId, taken);
        taken.forEach(client::show);
        if (refused.isPresent()) {
            client.show(refused.get());
            throw refused.get().refusal(userId);
        }
    }

    /**
     * Counts a mail that comes of something else, which is done whether there is a mail or not.
     *
     * @param client null if its address does not count
     * @param userId null if the account does not count
     * @return whether the mail may be sent
     */
    public boolean grant(Client client, String email, String userId) {
        Optional<Buckets.Take> refused = take(client, email, userId, new ArrayList<>());
        // It is recorded as one, but the client does not get it.
        refused.ifPresent(take -> take.refusal(userId));
        return refused.isEmpty();
    }

    /**
     * Counts a mail that tells the user of a change, and whether it may be sent. No other mail takes from these: who has taken an account over
     * cannot keep its user from learning of it without telling, and who has given a stranger's address as his own cannot send floods there.
     */
    public boolean grantNotice(String email, String userId) {
        Buckets.Take take = ofNotices.take(MailboxKey.of(email).hash());
        if (!take.granted()) {
            take.refusal(userId);
        }
        return take.granted();
    }

    /** Takes from all buckets or from none. Returns the one that is empty. */
    private Optional<Buckets.Take> take(Client client, String email, String userId, List<Buckets.Take> taken) {
        Optional<Buckets.Take> refused = Optional.empty();
        if (client != null) {
            refused = take(ofAddress, client.address().toString(), taken);
        }
        if (refused.isEmpty()) {
            refused = take(ofMailbox, MailboxKey.of(email).hash(), taken);
        }
        if (refused.isEmpty() && userId != null) {
            refused = take(ofAccount, userId, taken);
        }
        if (refused.isEmpty()) {
            refused = take(ofAll, ALL, taken);
        }
        if (refused.isPresent()) {
            taken.replaceAll(Buckets.Take::giveBack);
        }
        return refused;
    }

    private static Optional<Buckets.Take> take(Buckets buckets, String key, List<Buckets.Take> taken) {
        Buckets.Take take = buckets.take(key);
        if (!take.granted()) {
            return Optional.of(take);
        }
        taken.add(take);
        return Optional.empty();
    }
}
