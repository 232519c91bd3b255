package dev.latchkey;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.latchkey.credentials.CredentialsRoom;
import dev.latchkey.credentials.LogInSettings;
import dev.latchkey.credentials.PasswordSettings;
import dev.latchkey.credentials.recovery.Links;
import dev.latchkey.data.DataSettings;
import dev.latchkey.data.changes.ChangesSettings;
import dev.latchkey.docs.DocsSettings;
import dev.latchkey.login.RegistrationSettings;
import dev.latchkey.mail.MailSettings;
import dev.latchkey.server.auth.TokenSettings;
import dev.latchkey.server.database.BackupSettings;
import dev.latchkey.server.database.DatabaseSettings;
import dev.latchkey.server.database.StoreConfiguration;
import dev.latchkey.server.health.ReadinessSettings;
import dev.latchkey.server.http.AdminPortSettings;
import dev.latchkey.server.http.CorsSettings;
import dev.latchkey.server.http.HttpSettings;
import dev.latchkey.server.http.ShutdownSettings;
import dev.latchkey.server.limits.LimitSettings;
import dev.latchkey.server.tls.TlsSettings;
import dev.latchkey.sessions.SessionSettings;
import io.dropwizard.core.Configuration;
import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;

/** The structure of {@code config.yml}: Dropwizard's own sections, and one record for each of Latchkey's. */
public final class LatchkeyConfiguration extends Configuration implements StoreConfiguration {
    @Valid
    @NotNull
    @JsonProperty
    private DatabaseSettings database = DatabaseSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private BackupSettings backup = BackupSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private TokenSettings tokens = TokenSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private SessionSettings sessions = SessionSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private PasswordSettings passwords = PasswordSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private CorsSettings cors = CorsSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private DataSettings data = DataSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private ChangesSettings changes = ChangesSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private LimitSettings limits = LimitSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private TlsSettings tls = TlsSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private RegistrationSettings registration = RegistrationSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private LogInSettings logIn = LogInSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private MailSettings mail = MailSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private HttpSettings http = HttpSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private DocsSettings docs = DocsSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private ReadinessSettings readiness = ReadinessSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private ShutdownSettings shutdown = ShutdownSettings.defaults();

    @Valid
    @NotNull
    @JsonProperty
    private AdminPortSettings adminPort = AdminPortSettings.defaults();

    /** Bean Validation calls it. */
    @JsonIgnore
    @ValidationMethod(message = "server.type must be 'default': the admin pages need a port of their own")
    public boolean isAdminPortSeparate() {
        return getServerFactory() instanceof DefaultServerFactory;
    }

    /** Bean Validation calls it. */
    @JsonIgnore
    @ValidationMethod(message = "health is not used: the checks of /health/ready are always the same")
    public boolean isHealthUnset() {
        return getHealthFactory().isEmpty();
    }

    /** Bean Validation calls it. */
    @JsonIgnore
    @ValidationMethod(message = "backup.every is for a SQLite store: on PostgreSQL leave it empty, and use pg_dump")
    public boolean isBackedUpByItselfOnlyOnSqlite() {
        return backup == null || backup.every() == null || database == null || database.isSqlite();
    }

    /** Bean Validation calls it. */
    @JsonIgnore
    @ValidationMethod(message = "tls.certificate and tls.key belong together: set both of them, or neither")
    public boolean isCertificateSetWithItsKey() {
        return tls == null || tls.isComplete();
    }

    /** Bean Validation calls it. */
    @JsonIgnore
    @ValidationMethod(message = "registration.requireVerifiedEmail needs mail: set mail.mode, or leave it false")
    public boolean isAddressProvableWhereThatIsRequired() {
        return registration == null || !registration.requireVerifiedEmail() || mail == null || mail.isOn();
    }

    /** Bean Validation calls it. */
    @JsonIgnore
    @ValidationMethod(message = "logIn.byEmail needs mail: set mail.mode, or leave it false")
    public boolean isMailSentWhereUsersLogInByIt() {
        return logIn == null || !logIn.byEmail() || mail == null || mail.isOn();
    }

    @Override
    public DatabaseSettings database() {
        return database;
    }

    public BackupSettings backup() {
        return backup;
    }

    public CredentialsRoom.Settings credentials() {
        return new CredentialsRoom.Settings(passwords, logIn, limits);
    }

    /** Where the links in mails lead. */
    public Links links() {
        return Links.of(mail, tokens.issuer());
    }

    public TokenSettings tokens() {
        return tokens;
    }

    public SessionSettings sessions() {
        return sessions;
    }

    public PasswordSettings passwords() {
        return passwords;
    }

    public CorsSettings cors() {
        return cors;
    }

    ChangesSettings changes() {
        return changes;
    }

    public DataSettings data() {
        return data;
    }

    public LimitSettings limits() {
        return limits;
    }

    public TlsSettings tls() {
        return tls;
    }

    public RegistrationSettings registration() {
        return registration;
    }

    public LogInSettings logIn() {
        return logIn;
    }

    public MailSettings mail() {
        return mail;
    }

    public HttpSettings http() {
        return http;
    }

    public DocsSettings docs() {
        return docs;
    }

    public ReadinessSettings readiness() {
        return readiness;
    }

    public ShutdownSettings shutdown() {
        return shutdown;
    }

    public AdminPortSettings adminPort() {
        return adminPort;
    }
}
