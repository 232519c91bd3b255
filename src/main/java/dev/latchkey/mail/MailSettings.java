package dev.latchkey.mail;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * Whether there are mails, how they are sent, and what they say.
 *
 * @param mode off by default
 * @param host the mail server
 * @param port null for the usual one, by {@code tls}
 * @param tls how the connection is protected; STARTTLS by default
 * @param user null for no log-in
 * @param password of {@code user}
 * @param from the address of the sender
 * @param appName the name of the application, in subjects and texts
 * @param locale the language of mails to users who have named none that there is, a BCP 47 tag
 * @param templates a folder with the operator's own texts; null for ours alone
 * @param verifyUrl the page where a link proves an address; null for our own
 * @param resetUrl the page where a link sets a new password; null for our own
 * @param logInUrl the page of the application where a link logs in; null for none, so that those mails have a code alone
 * @param appUrl where our own pages send users afterwards; null for nowhere
 * @param connections how many mails are sent at once
 */
public record MailSettings(
        MailMode mode,

        @Pattern(regexp = "[^\\s/@\\[\\]]+", message = "must be the name or address of a host, without a port")
        String host,

        @Min(1) @Max(65535) Integer port,
        MailTls tls,
        String user,
        String password,

        @Pattern(
                regexp = NAME + "@" + NAME + "\\." + NAME,
                message = "must be an e-mail address, such as no-reply@example.com")
        @Size(max = 254)
        String from,

        @Pattern(regexp = "[^\\p{C}\\x{2028}\\x{2029}]+", message = "must be one line, without control characters")
        @Size(max = 60)
        String appName,

        @Pattern(regexp = LOCALE, message = "must be the tag of a language, such as en or de-AT")
        String locale,

        String templates,
        @Pattern(regexp = URL, message = URL_MESSAGE) String verifyUrl,
        @Pattern(regexp = URL, message = URL_MESSAGE) String resetUrl,
        @Pattern(regexp = URL, message = URL_MESSAGE) String logInUrl,
        @Pattern(regexp = URL, message = URL_MESSAGE) String appUrl,
        @Min(1) @Max(20) int connections) {

    /** Without what nobody sees. */
    private static final String NAME = "[^\\s\\p{C}\\p{Z}<>\"(),:;@\\\\\\[\\]]+";

    /** Tags of BCP 47 with a language, and perhaps a script, a region and variants. */
    static final String LOCALE = "[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*";

    private static final String URL =
            "https?://[" + Values.LINK_CHARACTERS + "&&[^/?#@]]+([/?][" + Values.LINK_CHARACTERS + "&&[^#]]*)?";
    private static final String URL_MESSAGE =
            "must be an address of http or https, in ASCII and without #, such as https://www.example.com/verify";
    private static final int DEFAULT_CONNECTIONS = 2;

    public MailSettings {
        mode = mode == null ? MailMode.OFF : mode;
        host = emptyIsNull(host);
        tls = tls == null ? MailTls.STARTTLS : tls;
        user = emptyIsNull(user);
        password = emptyIsNull(password);
        from = emptyIsNull(from);
        appName = emptyIsNull(appName) == null ? "Latchkey" : appName;
        locale = emptyIsNull(locale) == null ? "en" : locale;
        templates = emptyIsNull(templates);
        verifyUrl = emptyIsNull(verifyUrl);
        resetUrl = emptyIsNull(resetUrl);
        logInUrl = emptyIsNull(logInUrl);
        appUrl = emptyIsNull(appUrl);
        connections = connections == 0 ? DEFAULT_CONNECTIONS : connections;
    }

    private static String emptyIsNull(String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    /** No mails. */
    public static MailSettings defaults() {
        return new MailSettings(null, null, null, null, null, null, null, null, null, null, null, null, null, null, 0);
    }

    /** Whether there are mails. */
    @JsonIgnore
    public boolean isOn() {
        return mode != MailMode.OFF;
    }

    /** The page where a link proves an address. {@code issuer} is the address of this server. */
    public String verifyPage(String issuer) {
        return verifyUrl == null ? page(issuer, "verify") : verifyUrl;
    }

    /** The page where a link sets a new password. {@code issuer} is the address of this server. */
    public String resetPage(String issuer) {
        return resetUrl == null ? page(issuer, "reset") : resetUrl;
    }

    private static String page(String issuer, String name) {
        return issuer + (issuer.endsWith("/") ? "" : "/") + name;
    }

    /** Whether mails have links to pages of this server, which need its address. */
    @JsonIgnore
    public boolean leadsToOwnPages() {
        return isOn() && (verifyUrl == null || resetUrl == null);
    }

    /** Whether the password goes unencrypted to another machine. */
    @JsonIgnore
    public boolean sendsPasswordInPlain() {
        return mode == MailMode.SMTP && tls == MailTls.NONE && password != null && !OwnMachine.isHost(host);
    }

    /** The same with our own texts alone. */
    MailSettings withoutTemplates() {
        return new MailSettings(
                mode,
                host,
                port,
                tls,
                user,
                password,
                from,
                appName,
                locale,
                null,
                verifyUrl,
                resetUrl,
                logInUrl,
                appUrl,
                connections);
    }

    /** The port of the mail server. */
    int actualPort() {
        return port == null ? tls.port() : port;
    }

    /** Bean Validation calls it. */
    @JsonIgnore
    @ValidationMethod(message = "mail.mode smtp needs mail.host and mail.from: set both of them")
    public boolean isServerNamed() {
        return mode != MailMode.SMTP || (host != null && from != null);
    }

    /** Bean Validation calls it. */
    @JsonIgnore
    @ValidationMethod(message = "mail.user and mail.password belong together: set both of them, or neither")
    public boolean isUserNamedWithPassword() {
        return (user == null) == (password == null);
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "MailSettings[mode=" + mode + ", host=" + host + ", port=" + port + ", tls=" + tls + ", from=" + from
                + "]";
    }
}
