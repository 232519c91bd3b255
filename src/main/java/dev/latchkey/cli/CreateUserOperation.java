package dev.latchkey.cli;

import dev.latchkey.accounts.Administration;
import dev.latchkey.accounts.Registration;
import dev.latchkey.api.model.NewUserBody;
import dev.latchkey.server.problem.Violation;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import java.util.Set;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;

final class CreateUserOperation implements ServiceOperation<Administration> {
    private static final String NAME = "name";
    private static final String EMAIL = "email";
    private static final String FULL_NAME = "full_name";
    private static final String GENDER = "gender";
    private static final String AGE = "age";
    private static final String LOCALE = "locale";

    @Override
    public String name() {
        return "create";
    }

    @Override
    public String description() {
        return "Creates an account, under the rules of POST /api/register";
    }

    @Override
    public void addArguments(Subparser parser) {
        parser.addArgument(NAME).metavar("NAME").help("the username");
        parser.addArgument("--email").dest(EMAIL).metavar("ADDRESS").required(true);
        parser.addArgument("--full-name").dest(FULL_NAME).metavar("NAME").required(true);
        parser.addArgument("--gender").dest(GENDER).metavar("TEXT").required(true);
        parser.addArgument("--age").dest(AGE).metavar("YEARS").type(Integer.class);
        parser.addArgument("--" + LOCALE).metavar("TAG").help("the language of mails to the user, such as de");
        GivenPassword.addArgument(parser);
    }

    @Override
    public String run(Namespace arguments, Administration administration, Validator validator) {
        NewUserBody body = new NewUserBody()
                .username(arguments.getString(NAME))
                .email(arguments.getString(EMAIL))
                .password(GivenPassword.read(arguments))
                .fullName(arguments.getString(FULL_NAME))
                .age(arguments.getInt(AGE))
                .gender(arguments.getString(GENDER))
                .locale(arguments.getString(LOCALE));
        refuseIfAny(validator.validate(body));
        String id = administration.create(new Registration(
                body.getUsername(),
                body.getEmail(),
                body.getPassword(),
                body.getFullName(),
                body.getAge(),
                body.getGender(),
                body.getLocale()));
        return body.getUsername() + " is created, with the user id " + id;
    }

    static <T> void refuseIfAny(Set<ConstraintViolation<T>> violations) {
        if (!violations.isEmpty()) {
            throw Violation.problem(violations.stream().map(Violation::of).toList());
        }
    }
}
