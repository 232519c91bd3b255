package dev.latchkey.accounts;

import dev.latchkey.accounts.Users.Registered;
import dev.latchkey.api.UsersApi;
import dev.latchkey.api.model.NewUserBody;
import dev.latchkey.api.model.RegisterUserResponseBody;
import dev.latchkey.api.model.UserBody;
import dev.latchkey.server.contract.IdempotencyKey;
import dev.latchkey.server.limits.CurrentClient;
import dev.latchkey.server.problem.Problem;
import jakarta.ws.rs.core.Response;

/** The operations tagged Users. */
public final class UsersResource implements UsersApi {
    private final Users users;
    private final RegistrationLimit limit;
    private final CurrentClient client;

    UsersResource(Users users, RegistrationLimit limit, CurrentClient client) {
        this.users = users;
        this.limit = limit;
        this.client = client;
    }

    @Override
    public Response registerUser(NewUserBody body, IdempotencyKey idempotencyKey) {
        limit.count(client.get());
        Registration registration = new Registration(
                body.getUsername(),
                body.getEmail(),
                body.getPassword(),
                body.getFullName(),
                body.getAge(),
                body.getGender(),
                body.getLocale());
        Registered registered = users.register(registration, idempotencyKey, client.language());
        return Response.status(Response.Status.CREATED)
                .entity(new RegisterUserResponseBody().data(toBody(registered.user())))
                .header(Problem.REPLAYED, registered.isReplayed() ? "true" : null)
                .build();
    }

    private static UserBody toBody(User user) {
        return new UserBody()
                .userId(user.id())
                .username(user.username())
                .email(user.email())
                .fullName(user.fullName())
                .age(user.age())
                .gender(user.gender())
                .locale(user.locale());
    }
}
