package dev.latchkey.credentials.recovery;

import dev.latchkey.mail.Letter;
import dev.latchkey.mail.LetterWriter;
import dev.latchkey.mail.MailKind;
import dev.latchkey.mail.Placeholder;
import dev.latchkey.mail.WaitingMail;
import dev.latchkey.server.audit.AuditEvent;
import dev.latchkey.server.audit.AuditLog;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the letters, and makes the codes in them. That is done only when a mail is sent: so nothing stored has a code in it, a request does
 * the same whether anybody has the address, and the life of a code begins when it leaves.
 */
final class RecoveryLetters implements LetterWriter {
    private final HolderStore holders;
    private final RecoveryStore store;
    private final Links links;
    private final Clock clock;

    RecoveryLetters(HolderStore holders, RecoveryStore store, Links links, Clock clock) {
        this.holders = holders;
        this.store = store;
        this.links = links;
        this.clock = clock;
    }

    @Override
    public Optional<Letter> write(WaitingMail mail) {
        return switch (mail.kind()) {
            case EMAIL_VERIFICATION ->
                holders.findById(mail.userId())
                        .filter(holder -> holder.isToProve(mail.address()))
                        .flatMap(holder -> withCode(mail, holder, mail.address(), Purpose.EMAIL_VERIFICATION));
            case PASSWORD_RESET -> toTheUserAt(mail, Purpose.PASSWORD_RESET, AuditEvent.PASSWORD_RESET_REQUESTED);
            case EMAIL_LOG_IN -> toTheUserAt(mail, Purpose.LOG_IN, AuditEvent.EMAIL_LOGIN_REQUESTED);
            case EMAIL_CHANGE_REQUESTED, PASSWORD_CHANGED ->
                holders.findById(mail.userId()).map(holder -> notice(mail, holder));
            case TEST -> Optional.empty();
        };
    }

    /** Goes to the address that the account has, never to the one that somebody typed: two spellings may be two mailboxes elsewhere. */
    private Optional<Letter> toTheUserAt(WaitingMail mail, Purpose purpose, AuditEvent event) {
        Holder holder = holders.findByMailbox(MailboxKey.of(mail.address())).orElse(null);
        if (holder == null) {
            return Optional.empty();
        }
        Optional<Letter> letter = withCode(mail, holder, holder.email(), purpose);
        letter.ifPresent(written -> AuditLog.record(event, holder.userId()));
        return letter;
    }

    private Optional<Letter> withCode(WaitingMail mail, Holder holder, String address, Purpose purpose) {
        MailCode code = MailCode.random();
        String token = Secret.random();
        String deviceHash = purpose == Purpose.LOG_IN ? mail.detail() : null;
        MailCodeStore.NewCode stored = new MailCodeStore.NewCode(
                id(mail, code.shown()), purpose, MailboxKey.of(address).hash(), code, token, deviceHash);
        if (!store.insert(holder, stored, clock.instant())) {
            return Optional.empty();
        }
        Map<Placeholder, String> values = new EnumMap<>(Placeholder.class);
        values.put(Placeholder.USERNAME, holder.username());
        values.put(Placeholder.CODE, code.shown());
        if (links.page(purpose) != null) {
            values.put(Placeholder.LINK, Links.with(links.page(purpose), token));
        }
        if (mail.kind() == MailKind.EMAIL_VERIFICATION) {
            values.put(Placeholder.HOURS, String.valueOf(purpose.lifetime().toHours()));
        } else {
            values.put(Placeholder.MINUTES, String.valueOf(purpose.lifetime().toMinutes()));
        }
        return Optional.of(new Letter(address, locale(mail, holder), values));
    }

    private Letter notice(WaitingMail mail, Holder holder) {
        return new Letter(
                mail.address() == null ? holder.email() : mail.address(),
                locale(mail, holder),
                Map.of(Placeholder.USERNAME, holder.username(), Placeholder.LINK, links.reset()));
    }

    private static String locale(WaitingMail mail, Holder holder) {
        return holder.locale() == null ? mail.locale() : holder.locale();
    }

    @Override
    public void unsent(WaitingMail mail, Letter letter) {
        String code = letter.values().get(Placeholder.CODE);
        if (code != null) {
            store.delete(id(mail, code));
        }
    }

    /** The same for this mail and code, so that {@link #unsent} finds it. */
    private static String id(WaitingMail mail, String code) {
        return Secret.hash(mail.id() + " " + code);
    }
}
