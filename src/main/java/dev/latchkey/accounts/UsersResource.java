package dev.latchkey.accounts;

import dev.latchkey.api.UsersApi;
import dev.latchkey.api.model.NewUserBody;
import dev.latchkey.api.model.RegisterUserResponseBody;
import dev.latchkey.api.model.UserBody;
import dev.latchkey.server.limits.CurrentClient;
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
    public Response registerUser(NewUserBody body) {
        limit.count(client.get());
        User user = users.register(new Registration(
                body.getUsername(),
                body.getEmail(),
                body.getPassword(),
                body.getFullName(),
                body.getAge(),
                body.getGender()));
        return Response.status(Response.Status.CREATED)
                .entity(new RegisterUserResponseBody().data(toBody(user)))
                .build();
    }

    private static UserBody toBody(User user) {
        return new UserBody()
                .userId(user.id())
                .username(user.username())
                .email(user.email())
                .fullName(user.fullName())
                .age(user.age())
                .gender(user.gender());
    }
}
