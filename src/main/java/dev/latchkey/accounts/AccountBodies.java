package dev.latchkey.accounts;

import dev.latchkey.api.model.AccountBody;
import dev.latchkey.api.model.ExportedEntryBody;
import dev.latchkey.api.model.UsageBody;
import dev.latchkey.data.Entry;
import dev.latchkey.data.Usage;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Makes bodies of the contract. */
final class AccountBodies {
    private AccountBodies() {}

    static AccountBody account(Profile profile, Usage usage) {
        return account(profile)
                .usage(new UsageBody()
                        .entries(usage.entries())
                        .bytes(usage.bytes())
                        .maxEntries(usage.quota().maxEntries())
                        .maxBytes(usage.quota().maxBytes()));
    }

    static AccountBody account(Profile profile) {
        User user = profile.user();
        return new AccountBody()
                .userId(user.id())
                .username(user.username())
                .email(user.email())
                .emailVerified(profile.isVerified())
                .pendingEmail(profile.pendingEmail())
                .fullName(user.fullName())
                .age(user.age())
                .gender(user.gender())
                .locale(user.locale())
                .createdAt(utc(profile.createdAt()));
    }

    static ExportedEntryBody entry(Entry entry) {
        return new ExportedEntryBody()
                .key(entry.key())
                .value(entry.value())
                .createdAt(utc(entry.createdAt()))
                .updatedAt(utc(entry.updatedAt()))
                .expiresAt(entry.expiresAt() == null ? null : utc(entry.expiresAt()));
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
