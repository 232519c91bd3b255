package dev.latchkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.client.ApiClient;
import dev.latchkey.client.ApiException;
import dev.latchkey.client.api.AccountApi;
import dev.latchkey.client.api.DataApi;
import dev.latchkey.client.api.TokensApi;
import dev.latchkey.client.api.UsersApi;
import dev.latchkey.client.model.Account;
import dev.latchkey.client.model.AccountChanges;
import dev.latchkey.client.model.Credentials;
import dev.latchkey.client.model.Entry;
import dev.latchkey.client.model.ExportedEntry;
import dev.latchkey.client.model.NewUser;
import dev.latchkey.client.model.NewValue;
import dev.latchkey.client.model.PasswordChange;
import dev.latchkey.client.model.User;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole API through the client that is generated from the contract. */
@ParameterizedClass
@EnumSource(Engine.class)
final class JavaClientTest {
    private final ApiClient client = new ApiClient();
    private final Engine engine;

    JavaClientTest(Engine engine) {
        this.engine = engine;
        client.updateBaseUri(
                "http://127.0.0.1:" + ServerExtension.shared(engine).port());
    }

    @Test
    void registersLogsInAndKeepsData() throws ApiException {
        String name = Api.newName();
        User user = new UsersApi(client)
                .registerUser(new NewUser()
                        .username(name)
                        .email(name + "@example.com")
                        .password(Api.PASSWORD)
                        .fullName("John Doe")
                        .age(30)
                        .gender("male"))
                .getData();
        assertThat(user.getUsername()).isEqualTo(name);
        assertThat(user.getAge()).isEqualTo(30);

        DataApi data = logIn(name);
        for (String key :
                new String[] {"greeting", "a/b", "a%2Fb", "100 %", "a+b", "a?b#c", "a;b", "ключ", "\ud83d\udd11"}) {
            data.createEntry(new Entry().key(key).value("hello " + key));
            assertThat(data.readEntry(key).getData().getKey()).isEqualTo(key);
            assertThat(data.readEntry(key).getData().getValue()).isEqualTo("hello " + key);
            data.updateEntry(key, new NewValue().value(""));
            assertThat(data.readEntry(key).getData().getValue()).isEmpty();
            data.deleteEntry(key);

            ApiException gone = catchThrowableOfType(ApiException.class, () -> data.readEntry(key));
            assertThat(gone.getCode()).isEqualTo(404);
            assertThat(gone.getResponseBody()).contains("KEY_NOT_FOUND");
        }
    }

    @Test
    void keepsAnAccount() throws ApiException {
        String name = Api.newName();
        ServerExtension.shared(engine).api().register(name);
        DataApi data = logIn(name);
        AccountApi account = new AccountApi(client);

        Account before = account.readAccount().getData();
        Account after =
                account.updateAccount(new AccountChanges().fullName("Jane Doe")).getData();
        assertThat(after).isEqualTo(before.fullName("Jane Doe"));
        data.createEntry(new Entry().key("key").value("value"));
        assertThat(account.exportAccount().getData().getEntries())
                .extracting(ExportedEntry::getValue)
                .containsExactly("value");
        account.changePassword(
                new PasswordChange().currentPassword(Api.PASSWORD).newPassword("another_password456"));
        account.deleteAccount();
        assertThat(catchThrowableOfType(ApiException.class, account::readAccount)
                        .getCode())
                .isEqualTo(401);
    }

    private DataApi logIn(String name) throws ApiException {
        String token = new TokensApi(client)
                .createToken(new Credentials().username(name).password(Api.PASSWORD))
                .getData()
                .getAccessToken();
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
        return new DataApi(client);
    }
}
