package dev.latchkey.accounts;

import dev.latchkey.api.UsersApi;
import dev.latchkey.api.model.NewUser;
import dev.latchkey.api.model.RegisterUserResponse;
import dev.latchkey.server.limits.CurrentClient;
import jakarta.ws.rs.core.Response;

/** The operations tagged Users. */
public final class UsersResource implements UsersApi {
    private final Users users;
    private final RegistrationLimit limit;
    private final CurrentClient client;

    public UsersResource(Users users, RegistrationLimit limit, CurrentClient client) {
        this.users = users;
        this.limit = limit;
        this.client = client;
    }

    @Override
    public Response registerUser(NewUser body) {
        limit.count(client.get());
        User user = users.register(new Registration(
                body.getUsername(),
                body.getEmail(),
                body.getPassword(),
                body.getFullName(),
                body.getAge(),
                body.getGender()));
        return Response.status(Response.Status.CREATED)
                .entity(new RegisterUserResponse().data(toBody(user)))
                .build();
    }

    private static dev.latchkey.api.model.User toBody(User user) {
        return new dev.latchkey.api.model.User()
                .userId(user.id())
                .username(user.username())
                .email(user.email())
                .fullName(user.fullName())
                .age(user.age())
                .gender(user.gender());
    }
}
