package dev.latchkey.server.audit;

import java.util.Locale;

/** What an operator or an investigator may have to account for (OWASP ASVS 5.0, 16.3). */
public enum AuditEvent {
    REGISTRATION_SUCCEEDED,
    LOGIN_SUCCEEDED,
    LOGIN_FAILED,
    LIMIT_REACHED,
    TOKEN_REFUSED,
    TOKEN_REFRESHED,
    REFRESH_TOKEN_REFUSED,
    REFRESH_TOKEN_REUSED,
    SESSION_ENDED,
    SESSIONS_ENDED,
    PASSWORD_CHANGED,
    PASSWORD_CHANGE_FAILED,
    ACCOUNT_CHANGED,
    ACCOUNT_EXPORTED,
    ACCOUNT_DISABLED,
    ACCOUNT_ENABLED,
    ACCOUNT_DELETED,
    QUOTA_CHANGED,
    MAIL_FAILED,
    SIGNING_KEY_ADDED,
    SIGNING_KEY_REMOVED;

    /** The name in the log. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
